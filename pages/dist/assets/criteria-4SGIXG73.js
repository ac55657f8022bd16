import{a as I}from"./chunk-NGSW6K2R.js";import{a as C,b as c,c as m,e as y,f as N}from"./chunk-22RDS6AB.js";import{a as b,b as u,c as k,h as O,i as H,j as g,k as S,l as A}from"./chunk-YNLXMEDW.js";import{b as h}from"./chunk-F2CIYHVU.js";import{q as w,r as a}from"./chunk-E4QB7L5A.js";var e=w.ifc,F=["originating","terminating","terminating-unregistered","originating-unregistered","originating-cdiv"],E=["initial","again","gone"];function G({value:t,onChange:r}){let i=t??[];return a`<div class="row" role="group" aria-label=${e.registerKind}>${E.map(n=>a`<label class="check">
        <input type="checkbox" checked=${i.includes(n)} onChange=${$=>r(E.filter(d=>d===n?$.target.checked:i.includes(d)))} /> ${e.registers[n]}</label>`)}</div>`}function R({c:t,change:r,drop:i}){let n=H(t),$=o=>s=>r(o===n?{...t,[n]:s.target.value}:u(t,[o],s.target.value)),d=(o,s,l)=>a`<${h} label=${s} hint=${l} value=${t[o]??""} onInput=${$(o)} />`;return a`<div class="condition row">
        <${h} label=${e.is} value=${t.not?"not":""} onChange=${o=>r(u(t,["not"],o.target.value==="not"||void 0))} options=${[["",e.yes],["not",e.no]]} />
        <${h} label=${e.what} value=${n} onChange=${o=>r(g(o.target.value,t.not))} options=${O.map(o=>[o,e.kinds[o]])} />
        ${n==="session_case"?a`<${h} label=${e.sessionCaseIs} value=${t.session_case} onChange=${$("session_case")} options=${F.map(o=>[o,e.allCases[o]])} />`:d(n,e.values[n],e.hints[n])}
        ${(n==="header"||n==="sdp")&&d("content",e.content,e.contentHint)}
        ${n==="method"&&t.method==="REGISTER"&&a`<${G} value=${t.registration} onChange=${o=>r(u(t,["registration"],o.length?o:void 0))} />`}
        <button type="button" class="danger" aria-label=${e.dropCondition} title=${e.dropCondition} onClick=${i}>✕</button></div>`}function x({form:t,path:r}){let i=b(t.model,r),n=S(i.when),$=i.match!=="all",d=s=>t.change(u(t.model,[...r,"when"],s.some(l=>l.length)?A(s):void 0)),o=(s,l)=>d(n.map((f,p)=>p===s?l:f));return a`
        ${n.length>0&&a`<${m} form=${t} path=${[...r,"match"]} label=${e.match} options=${[["any",e.matchAny],["all",e.matchAll]]} />`}
        ${n.length===0&&a`<p class="quiet">${e.always}</p>`}
        ${n.map((s,l)=>a`${l>0&&a`<p class="joint">${$?e.orWord:e.andWord}</p>`}<div class="group" role="group" aria-label=${e.groupNo(l+1)}>
            ${s.map((f,p)=>a`${p>0&&a`<p class="joint small">${$?e.andWord:e.orWord}</p>`}
                <${R} c=${f} change=${_=>o(l,s.map((v,T)=>T===p?_:v))} drop=${()=>o(l,s.filter((_,v)=>v!==p))} />`)}
            <button type="button" onClick=${()=>o(l,[...s,g("method")])}>${$?e.addAnd:e.addOr}</button></div>`)}
        <p><button type="button" onClick=${()=>d([...n,[g(n.length?"session_case":"method")]])}>${n.length?$?e.addOrGroup:e.addAndGroup:e.addCondition}</button></p>`}function W({form:t,index:r}){let i=["ifc",r],n=b(t.model,i);return a`<fieldset><legend>${e.criterionNo(r+1)}</legend>
        <div class="grid">
            <${c} form=${t} path=${[...i,"server"]} label=${e.server} hint=${e.serverHint} />
            <${c} form=${t} path=${[...i,"priority"]} label=${e.priority} hint=${e.priorityHint} type="number" min="0" placeholder="0" />
            <${m} form=${t} path=${[...i,"default"]} label=${e.noAnswer} options=${Object.entries(e.handling)} />
            <${m} form=${t} path=${[...i,"part"]} label=${e.part} options=${["both","registered","unregistered"].map($=>[$,e.partNames[$]])} />
            <${c} form=${t} path=${[...i,"service_info"]} label=${e.serviceInfo} hint=${e.serviceInfoHint} /></div>
        ${C(t,i)&&a`<p class="bad" role="alert">${C(t,i)}</p>`}
        <${x} form=${t} path=${i} />
        <div class="row"><p class="sentence">${I(n)}</p><${N} form=${t} path=${["ifc"]} index=${r} name=${e.criterionNo(r+1)} /></div></fieldset>`}function j({form:t}){let r=Math.max(-1,...(t.model.ifc??[]).map(i=>i.priority??0))+1;return a`
        ${(t.model.ifc??[]).map((i,n)=>a`<${W} form=${t} index=${n} />`)}
        <p><button type="button" onClick=${()=>t.change(k(t.model,["ifc"],{server:"sip:as.example",priority:r,match:"all",when:[{method:"INVITE"},{group:1,session_case:"originating"}]}))}>${e.addCriterion}</button></p>`}function M({form:t}){return a`<${y} form=${t} path=${["services"]} label=${e.services} hint=${e.servicesHint} />
        <div class="grid"><${y} form=${t} path=${["shared_ifc"]} numbers=${!0} label=${e.sharedSets} hint=${e.sharedSetsHint} />
        <${c} form=${t} path=${["media_profile"]} label=${e.mediaProfile} hint=${e.mediaProfileHint} type="number" min="0" /></div>
        <h3>${e.criteria}</h3><${j} form=${t} />`}function V({form:t}){let r=i=>a`<${c} form=${t} path=${[i]} label=${e.chargingNames[i]} hint=${e.chargingHint} />`;return a`<div class="grid">${["ccf","ccf_2","ecf","ecf_2"].map(r)}</div>`}export{V as ChargingForm,j as CriteriaForm,M as ProfileForm};
