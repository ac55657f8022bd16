import{s as P}from"./chunk-BNKZQZUM.js";import{d as g,e as C}from"./chunk-G6M2XPV6.js";import{a as u,b as c,c as m,d as S,e as k,f as y}from"./chunk-22RDS6AB.js";import{a as h,b as v,c as f}from"./chunk-YNLXMEDW.js";import{b as K}from"./chunk-F2CIYHVU.js";import{b,c as A,q as d,r as $}from"./chunk-E4QB7L5A.js";var t=d.editor,N=["AKAv1-MD5","AKAv2-MD5","AKAv2-SHA-256"],H=["MD5","SHA-256","SHA-512-256"],w=e=>e.map(i=>[i,i]);function _(e){return(e.sets?.[0]?.publics?.[0]?.impu??"").split("@")[1]??P.value?.networks[0]?.domain??""}function O({id:e,impi:i}){let[n,l]=b(null),[o,a]=b("");return!e||!i?null:n?$`<table><tbody>${["k","opc","amf"].filter(s=>n[s]).map(s=>$`<tr><th>${d.subscribers.secretNames[s]}</th><td class="mono">${n[s]}</td></tr>`)}
        ${n.ha1.map(s=>$`<tr><th>HA1 ${s.algorithm}</th><td class="mono">${s.value}</td></tr>`)}</tbody></table>`:$`<p class="row"><button type="button" onClick=${()=>g(`subscribers/${e}/private/${C(i)}/secrets`).then(l,s=>a(s.message))}>${t.showKept}</button>
            <span class="quiet">${o||d.subscribers.revealSays}</span></p>`}function D({form:e,path:i,label:n,first:l}){let o=h(e.model,i)!==void 0;return $`<label class="check"><input type="checkbox" checked=${o} onChange=${()=>e.change(v(e.model,i,o?void 0:l))} /> ${n}</label>`}function F({form:e,path:i}){let n=h(e.model,i),[l,o]=b(n.op?"op":"opc"),a=r=>{e.change(v(e.model,[...i,l],void 0)),o(r.target.value)},s=n.has_key?t.unchanged:"";return $`<div class="grid">
        <${m} form=${e} path=${[...i,"algorithm"]} label=${t.algorithm} options=${w(N)} />
        <${c} form=${e} path=${[...i,"k"]} label="K" hint=${d.subscribers.keyHint} placeholder=${s} />
        <${K} label=${t.operator} value=${l} onChange=${a} options=${[["opc",t.opc],["op",t.op]]} />
        <${c} key=${l} form=${e} path=${[...i,l]} label=${l==="op"?"OP":"OPc"} hint=${d.subscribers.keyHint} placeholder=${s} />
        <${c} form=${e} path=${[...i,"amf"]} label="AMF" hint=${t.amfHint} placeholder="8000" />
        <${c} form=${e} path=${[...i,"sqn"]} label="SQN" hint=${t.sqnHint} type="number" min="0" placeholder=${s} /></div>`}function I({form:e,path:i}){let n=h(e.model,i);return $`<div class="grid">
        <${m} form=${e} path=${[...i,"algorithm"]} label=${t.algorithm} options=${w(H)} />
        <${c} form=${e} path=${[...i,"password"]} label=${d.subscribers.password} hint=${t.passwordHint} placeholder=${n.has_password?t.unchanged:""} />
        <${c} form=${e} path=${[...i,"realm"]} label=${t.realm} hint=${t.realmHint} placeholder=${_(e.model)} /></div>`}function M({form:e,index:i,id:n,known:l}){let o=["privates",i],a=h(e.model,o);return $`<fieldset><legend>${t.privateNo(i+1)}</legend>
        <div class="row top-row"><${c} form=${e} path=${[...o,"impi"]} label=${t.impi} hint=${t.impiHint} />
            <${y} form=${e} path=${["privates"]} index=${i} name=${a.impi??""} /></div>
        ${u(e,o)&&$`<p class="bad">${u(e,o)}</p>`}
        <${D} form=${e} path=${[...o,"aka"]} label=${t.hasKey} first=${{algorithm:N[0]}} />
        ${a.aka&&$`<${F} key=${a.impi} form=${e} path=${[...o,"aka"]} />`}
        ${a.aka&&a.digest&&$`<p class="quiet">${d.subscribers.bothSay}</p>`}
        <${D} form=${e} path=${[...o,"digest"]} label=${t.hasPassword} first=${{algorithm:H[0]}} />
        ${a.digest&&$`<${I} form=${e} path=${[...o,"digest"]} />`}
        ${l.includes(a.impi)&&$`<${O} key=${a.impi} id=${n} impi=${a.impi} />`}</fieldset>`}function W({form:e,path:i,index:n,isDefault:l,profiles:o,alone:a}){let s=[...i,n],r=h(e.model,s),p=r.type?.includes("psi");return $`<li class=${`public ${u(e,s)?"bad":""}`}>
        <div class="grid">
            <${c} form=${e} path=${[...s,"impu"]} label=${t.impu} hint=${t.impuHint} />
            <${m} form=${e} path=${[...s,"type"]} label=${t.kind} options=${Object.entries(t.kinds)} />
            <${c} form=${e} path=${[...s,"display_name"]} label=${t.displayName} hint=${t.displayHint} />
            <${m} form=${e} path=${[...s,"profile"]} label=${t.profile} options=${[["",t.noProfile],...w(o)]} />
            <${c} form=${e} path=${[...s,"alias_group"]} label=${t.alias} hint=${t.aliasHint} />
            ${p&&$`<${c} form=${e} path=${[...s,"server"]} label=${t.psiServer} hint=${t.psiServerHint} />`}
        </div>
        ${u(e,s)&&$`<p class="bad" role="alert">${u(e,s)}</p>`}
        <div class="row"><${S} form=${e} path=${[...s,"barred"]} label=${t.barred} says=${t.barredSays} />
            ${p&&$`<${S} form=${e} path=${[...s,"inactive"]} label=${t.inactive} />`}
            ${l&&$`<span class="pill good">${t.isDefault}</span>`}
            <${y} form=${e} path=${i} index=${n} name=${r.impu??""} canDrop=${!a} /></div></li>`}function E({form:e,path:i,privates:n}){let l=h(e.model,i);if(n.length<2)return null;let o=a=>{let s=l??n,r=s.includes(a)?s.filter(p=>p!==a):n.filter(p=>p===a||s.includes(p));e.change(v(e.model,i,r.length===n.length?void 0:r))};return $`<div class="row" role="group" aria-label=${t.registersWith}><strong>${t.registersWith}</strong>
        ${n.map(a=>$`<label class="check"><input type="checkbox" checked=${!l||l.includes(a)} onChange=${()=>o(a)} /> <span class="mono">${a}</span></label>`)}
        ${u(e,i)&&$`<p class="bad">${u(e,i)}</p>`}</div>`}function T({form:e,index:i,profiles:n}){let l=["sets",i,"publics"],o=h(e.model,l)??[],a=o.findIndex(r=>!r.barred&&!r.type?.startsWith("wildcarded")),s=(e.model.privates??[]).map(r=>r.impi).filter(Boolean);return $`<fieldset><legend>${d.subscribers.setNumber(i+1)}</legend>
        <ol class="plain">${o.map((r,p)=>$`<${W} form=${e} path=${l} index=${p} isDefault=${p===a} profiles=${n} alone=${o.length===1} />`)}</ol>
        <${E} form=${e} path=${["sets",i,"privates"]} privates=${s} />
        <div class="row"><button type="button" onClick=${()=>e.change(f(e.model,l,{impu:""}))}>${t.addPublic}</button>
            ${e.model.sets.length>1&&$`<${y} form=${e} path=${["sets"]} index=${i} name=${d.subscribers.setNumber(i+1)} />`}</div></fieldset>`}function q(e,i,n){return(e?.[i]??[]).map(l=>l[n])}function U({form:e,id:i}){let[n,l]=b({}),[o]=b((e.model.privates??[]).map(s=>s.impi));A(()=>{let s=r=>p=>l(x=>({...x,...r(p)}));g("profiles").then(s(({profiles:r})=>({profiles:r})),()=>{}),g("charging").then(s(({charging:r})=>({charging:r})),()=>{})},[]);let a=e.model;return $`
        <h3>${t.privates}</h3><p class="quiet">${t.privatesSay}</p>
        ${(a.privates??[]).map((s,r)=>$`<${M} form=${e} index=${r} id=${i} known=${o} />`)}
        <p><button type="button" onClick=${()=>e.change(f(a,["privates"],{impi:"",digest:{algorithm:H[0]}}))}>${t.addPrivate}</button></p>
        <h3>${t.sets}</h3><p class="quiet">${t.setsSay}</p>
        ${(a.sets??[]).map((s,r)=>$`<${T} form=${e} index=${r} profiles=${q(n,"profiles","name")} />`)}
        <p><button type="button" onClick=${()=>e.change(f(a,["sets"],{publics:[{impu:""}]}))}>${t.addSet}</button></p>
        <h3>${t.more}</h3><div class="grid">
            <${k} form=${e} path=${["visited"]} label=${t.visited} hint=${t.visitedHint} placeholder=${_(a)} />
            <${m} form=${e} path=${["charging"]} label=${t.charging} hint=${t.chargingHint} options=${[["",t.noCharging],...w(q(n,"charging","name"))]} />
            <${k} form=${e} path=${["capabilities","mandatory"]} numbers=${!0} label=${t.mandatory} hint=${t.mandatoryHint} />
            <${k} form=${e} path=${["capabilities","optional"]} numbers=${!0} label=${t.optional} hint=${t.optionalHint} /></div>`}export{U as SubscriberForm};
