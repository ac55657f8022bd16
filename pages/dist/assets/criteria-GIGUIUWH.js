import{a as I}from"./chunk-HPGTDE6D.js";import{a as v,b as u,c as k,d as O,e as H,f as g,g as S,h as A,i as C,j as d,k as m,m as y,n as N}from"./chunk-Z55NVINS.js";import{b as h}from"./chunk-EASSPT2Q.js";import{q as w,r as a}from"./chunk-FYMHHVDG.js";var e=w.ifc,F=["originating","terminating","terminating-unregistered","originating-unregistered","originating-cdiv"],E=["initial","again","gone"];function G({value:t=[],onChange:r}){return a`<div class="row" role="group" aria-label=${e.registerKind}>${E.map(n=>a`<label class="check">
        <input type="checkbox" checked=${t.includes(n)} onChange=${i=>r(E.filter($=>$===n?i.target.checked:t.includes($)))} /> ${e.registers[n]}</label>`)}</div>`}function R({c:t,change:r,drop:n}){let i=H(t),$=o=>s=>r(o===i?{...t,[i]:s.target.value}:u(t,[o],s.target.value)),c=(o,s,l)=>a`<${h} label=${s} hint=${l} value=${t[o]??""} onInput=${$(o)} />`;return a`<div class="condition row">
        <${h} label=${e.is} value=${t.not?"not":""} onChange=${o=>r(u(t,["not"],o.target.value==="not"||void 0))} options=${[["",e.yes],["not",e.no]]} />
        <${h} label=${e.what} value=${i} onChange=${o=>r(g(o.target.value,t.not))} options=${O.map(o=>[o,e.kinds[o]])} />
        ${i==="session_case"?a`<${h} label=${e.sessionCaseIs} value=${t.session_case} onChange=${$("session_case")} options=${F.map(o=>[o,e.allCases[o]])} />`:c(i,e.values[i],e.hints[i])}
        ${(i==="header"||i==="sdp")&&c("content",e.content,e.contentHint)}
        ${i==="method"&&t.method==="REGISTER"&&a`<${G} value=${t.registration} onChange=${o=>r(u(t,["registration"],o.length?o:void 0))} />`}
        <button type="button" class="danger" aria-label=${e.dropCondition} title=${e.dropCondition} onClick=${n}>✕</button></div>`}function x({form:t,path:r}){let n=v(t.model,r),i=S(n.when),$=n.match!=="all",c=s=>t.change(u(t.model,[...r,"when"],s.some(l=>l.length)?A(s):void 0)),o=(s,l)=>c(i.map((f,p)=>p===s?l:f));return a`
        ${i.length>0&&a`<${m} form=${t} path=${[...r,"match"]} label=${e.match} options=${[["any",e.matchAny],["all",e.matchAll]]} />`}
        ${i.length===0&&a`<p class="quiet">${e.always}</p>`}
        ${i.map((s,l)=>a`${l>0&&a`<p class="joint">${$?e.orWord:e.andWord}</p>`}<div class="group" role="group" aria-label=${e.groupNo(l+1)}>
            ${s.map((f,p)=>a`${p>0&&a`<p class="joint small">${$?e.andWord:e.orWord}</p>`}
                <${R} c=${f} change=${_=>o(l,s.map((b,T)=>T===p?_:b))} drop=${()=>o(l,s.filter((_,b)=>b!==p))} />`)}
            <button type="button" onClick=${()=>o(l,[...s,g("method")])}>${$?e.addAnd:e.addOr}</button></div>`)}
        <p><button type="button" onClick=${()=>c([...i,[g(i.length?"session_case":"method")]])}>${i.length?$?e.addOrGroup:e.addAndGroup:e.addCondition}</button></p>`}function W({form:t,index:r}){let n=["ifc",r],i=v(t.model,n);return a`<fieldset><legend>${e.criterionNo(r+1)}</legend>
        <div class="grid">
            <${d} form=${t} path=${[...n,"server"]} label=${e.server} hint=${e.serverHint} />
            <${d} form=${t} path=${[...n,"priority"]} label=${e.priority} hint=${e.priorityHint} type="number" min="0" placeholder="0" />
            <${m} form=${t} path=${[...n,"default"]} label=${e.noAnswer} options=${Object.entries(e.handling)} />
            <${m} form=${t} path=${[...n,"part"]} label=${e.part} options=${["both","registered","unregistered"].map($=>[$,e.partNames[$]])} />
            <${d} form=${t} path=${[...n,"service_info"]} label=${e.serviceInfo} hint=${e.serviceInfoHint} /></div>
        ${C(t,n)&&a`<p class="bad" role="alert">${C(t,n)}</p>`}
        <${x} form=${t} path=${n} />
        <div class="row"><p class="sentence">${I(i)}</p><${N} form=${t} path=${["ifc"]} index=${r} name=${e.criterionNo(r+1)} /></div></fieldset>`}function j({form:t}){let r=Math.max(-1,...(t.model.ifc??[]).map(n=>n.priority??0))+1;return a`
        ${(t.model.ifc??[]).map((n,i)=>a`<${W} form=${t} index=${i} />`)}
        <p><button type="button" onClick=${()=>t.change(k(t.model,["ifc"],{server:"sip:as.example",priority:r,match:"all",when:[{method:"INVITE"},{group:1,session_case:"originating"}]}))}>${e.addCriterion}</button></p>`}function M({form:t}){return a`<${y} form=${t} path=${["services"]} label=${e.services} hint=${e.servicesHint} />
        <div class="grid"><${y} form=${t} path=${["shared_ifc"]} numbers=${!0} label=${e.sharedSets} hint=${e.sharedSetsHint} />
        <${d} form=${t} path=${["media_profile"]} label=${e.mediaProfile} hint=${e.mediaProfileHint} type="number" min="0" /></div>
        <h3>${e.criteria}</h3><${j} form=${t} />`}function V({form:t}){let r=n=>a`<${d} form=${t} path=${[n]} label=${e.chargingNames[n]} hint=${e.chargingHint} />`;return a`<div class="grid">${["ccf","ccf_2","ecf","ecf_2"].map(r)}</div>`}export{V as ChargingForm,j as CriteriaForm,M as ProfileForm};
