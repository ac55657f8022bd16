import{j as K}from"./chunk-YYYT7WGK.js";import{c as g,d as C}from"./chunk-7RJRLVHK.js";import{a as h,b as v,c as f,i as b,j as c,k as m,l as H,m as k,n as y}from"./chunk-D2EP6QGY.js";import{b as P}from"./chunk-5FDGS2VV.js";import{b as u,c as A,q as d,r as $}from"./chunk-P532XKYL.js";var t=d.editor,_=["AKAv1-MD5","AKAv2-MD5","AKAv2-SHA-256"],S=["MD5","SHA-256","SHA-512-256"],w=e=>e.map(i=>[i,i]);function q(e){return(e.sets?.[0]?.publics?.[0]?.impu??"").split("@")[1]??K.value?.networks[0]?.domain??""}function O({id:e,impi:i}){let[a,l]=u(null),[o,n]=u("");return!e||!i?null:a?$`<table><tbody>${["k","opc","amf"].filter(s=>a[s]).map(s=>$`<tr><th>${d.subscribers.secretNames[s]}</th><td class="mono">${a[s]}</td></tr>`)}
        ${a.ha1.map(s=>$`<tr><th>HA1 ${s.algorithm}</th><td class="mono">${s.value}</td></tr>`)}</tbody></table>`:$`<p class="row"><button type="button" onClick=${()=>g(`subscribers/${e}/private/${C(i)}/secrets`).then(l,s=>n(s.message))}>${t.showKept}</button>
            <span class="quiet">${o||d.subscribers.revealSays}</span></p>`}function D({form:e,path:i,label:a,first:l}){let o=h(e.model,i)!==void 0;return $`<label class="check"><input type="checkbox" checked=${o} onChange=${()=>e.change(v(e.model,i,o?void 0:l))} /> ${a}</label>`}function F({form:e,path:i}){let a=h(e.model,i),[l,o]=u("opc"),n=r=>{e.change(v(e.model,[...i,l],void 0)),o(r.target.value)},s=a.has_key?t.unchanged:"";return $`<div class="grid">
        <${m} form=${e} path=${[...i,"algorithm"]} label=${t.algorithm} options=${w(_)} />
        <${c} form=${e} path=${[...i,"k"]} label="K" hint=${d.subscribers.keyHint} placeholder=${s} />
        <${P} label=${t.operator} value=${l} onChange=${n} options=${[["opc",t.opc],["op",t.op]]} />
        <${c} key=${l} form=${e} path=${[...i,l]} label=${l==="op"?"OP":"OPc"} hint=${d.subscribers.keyHint} placeholder=${s} />
        <${c} form=${e} path=${[...i,"amf"]} label="AMF" hint=${t.amfHint} placeholder="8000" />
        <${c} form=${e} path=${[...i,"sqn"]} label="SQN" hint=${t.sqnHint} type="number" min="0" placeholder=${s} /></div>`}function I({form:e,path:i}){let a=h(e.model,i);return $`<div class="grid">
        <${m} form=${e} path=${[...i,"algorithm"]} label=${t.algorithm} options=${w(S)} />
        <${c} form=${e} path=${[...i,"password"]} label=${d.subscribers.password} hint=${t.passwordHint} placeholder=${a.has_password?t.unchanged:""} />
        <${c} form=${e} path=${[...i,"realm"]} label=${t.realm} hint=${t.realmHint} placeholder=${q(e.model)} /></div>`}function M({form:e,index:i,id:a,known:l}){let o=["privates",i],n=h(e.model,o);return $`<fieldset><legend>${t.privateNo(i+1)}</legend>
        <div class="row top-row"><${c} form=${e} path=${[...o,"impi"]} label=${t.impi} hint=${t.impiHint} />
            <${y} form=${e} path=${["privates"]} index=${i} name=${n.impi??""} /></div>
        ${b(e,o)&&$`<p class="bad">${b(e,o)}</p>`}
        <${D} form=${e} path=${[...o,"aka"]} label=${t.hasKey} first=${{algorithm:_[0]}} />
        ${n.aka&&$`<${F} form=${e} path=${[...o,"aka"]} />`}
        <${D} form=${e} path=${[...o,"digest"]} label=${t.hasPassword} first=${{algorithm:S[0]}} />
        ${n.digest&&$`<${I} form=${e} path=${[...o,"digest"]} />`}
        ${l.includes(n.impi)&&$`<${O} id=${a} impi=${n.impi} />`}</fieldset>`}function W({form:e,path:i,index:a,isDefault:l,profiles:o,alone:n}){let s=[...i,a],r=h(e.model,s),p=r.type?.includes("psi");return $`<li class=${`public ${b(e,s)?"bad":""}`}>
        <div class="grid">
            <${c} form=${e} path=${[...s,"impu"]} label=${t.impu} hint=${t.impuHint} />
            <${m} form=${e} path=${[...s,"type"]} label=${t.kind} options=${Object.entries(t.kinds)} />
            <${c} form=${e} path=${[...s,"display_name"]} label=${t.displayName} hint=${t.displayHint} />
            <${m} form=${e} path=${[...s,"profile"]} label=${t.profile} options=${[["",t.noProfile],...w(o)]} />
            <${c} form=${e} path=${[...s,"alias_group"]} label=${t.alias} hint=${t.aliasHint} />
            ${p&&$`<${c} form=${e} path=${[...s,"server"]} label=${t.psiServer} hint=${t.psiServerHint} />`}
        </div>
        ${b(e,s)&&$`<p class="bad" role="alert">${b(e,s)}</p>`}
        <div class="row"><${H} form=${e} path=${[...s,"barred"]} label=${t.barred} says=${t.barredSays} />
            ${p&&$`<${H} form=${e} path=${[...s,"inactive"]} label=${t.inactive} />`}
            ${l&&$`<span class="pill good">${t.isDefault}</span>`}
            <${y} form=${e} path=${i} index=${a} name=${r.impu??""} canDrop=${!n} /></div></li>`}function E({form:e,path:i,privates:a}){let l=h(e.model,i);if(a.length<2)return null;let o=n=>{let s=l??a,r=s.includes(n)?s.filter(p=>p!==n):a.filter(p=>p===n||s.includes(p));e.change(v(e.model,i,r.length===a.length?void 0:r))};return $`<div class="row" role="group" aria-label=${t.registersWith}><strong>${t.registersWith}</strong>
        ${a.map(n=>$`<label class="check"><input type="checkbox" checked=${!l||l.includes(n)} onChange=${()=>o(n)} /> <span class="mono">${n}</span></label>`)}</div>`}function T({form:e,index:i,profiles:a}){let l=["sets",i,"publics"],o=h(e.model,l)??[],n=o.findIndex(r=>!r.barred&&!r.type?.startsWith("wildcarded")),s=(e.model.privates??[]).map(r=>r.impi).filter(Boolean);return $`<fieldset><legend>${d.subscribers.setNumber(i+1)}</legend>
        <ol class="plain">${o.map((r,p)=>$`<${W} form=${e} path=${l} index=${p} isDefault=${p===n} profiles=${a} alone=${o.length===1} />`)}</ol>
        <${E} form=${e} path=${["sets",i,"privates"]} privates=${s} />
        <div class="row"><button type="button" onClick=${()=>e.change(f(e.model,l,{impu:""}))}>${t.addPublic}</button>
            ${e.model.sets.length>1&&$`<${y} form=${e} path=${["sets"]} index=${i} name=${d.subscribers.setNumber(i+1)} />`}</div></fieldset>`}function N(e,i,a){return(e?.[i]??[]).map(l=>l[a])}function U({form:e,id:i}){let[a,l]=u({}),[o]=u((e.model.privates??[]).map(s=>s.impi));A(()=>{let s=r=>p=>l(x=>({...x,...r(p)}));g("profiles").then(s(({profiles:r})=>({profiles:r})),()=>{}),g("charging").then(s(({charging:r})=>({charging:r})),()=>{})},[]);let n=e.model;return $`
        <h3>${t.privates}</h3><p class="quiet">${t.privatesSay}</p>
        ${(n.privates??[]).map((s,r)=>$`<${M} form=${e} index=${r} id=${i} known=${o} />`)}
        <p><button type="button" onClick=${()=>e.change(f(n,["privates"],{impi:"",digest:{algorithm:S[0]}}))}>${t.addPrivate}</button></p>
        <h3>${t.sets}</h3><p class="quiet">${t.setsSay}</p>
        ${(n.sets??[]).map((s,r)=>$`<${T} form=${e} index=${r} profiles=${N(a,"profiles","name")} />`)}
        <p><button type="button" onClick=${()=>e.change(f(n,["sets"],{publics:[{impu:""}]}))}>${t.addSet}</button></p>
        <h3>${t.more}</h3><div class="grid">
            <${k} form=${e} path=${["visited"]} label=${t.visited} hint=${t.visitedHint} placeholder=${q(n)} />
            <${m} form=${e} path=${["charging"]} label=${t.charging} hint=${t.chargingHint} options=${[["",t.noCharging],...w(N(a,"charging","name"))]} />
            <${k} form=${e} path=${["capabilities","mandatory"]} numbers=${!0} label=${t.mandatory} hint=${t.mandatoryHint} />
            <${k} form=${e} path=${["capabilities","optional"]} numbers=${!0} label=${t.optional} hint=${t.optionalHint} /></div>`}export{U as SubscriberForm};
