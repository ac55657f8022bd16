import{j as K}from"./chunk-AROE3PQ3.js";import{c as g,d as C}from"./chunk-5SP7VTBV.js";import{a as h,b as v,c as f,i as u,j as c,k as m,l as S,m as k,n as y}from"./chunk-NAHNBLTJ.js";import{b as P}from"./chunk-E2N2SJF5.js";import{b,c as A,q as d,r as $}from"./chunk-4O25GY2C.js";var t=d.editor,N=["AKAv1-MD5","AKAv2-MD5","AKAv2-SHA-256"],H=["MD5","SHA-256","SHA-512-256"],w=e=>e.map(s=>[s,s]);function _(e){return(e.sets?.[0]?.publics?.[0]?.impu??"").split("@")[1]??K.value?.networks[0]?.domain??""}function O({id:e,impi:s}){let[n,l]=b(null),[o,a]=b("");return!e||!s?null:n?$`<table><tbody>${["k","opc","amf"].filter(i=>n[i]).map(i=>$`<tr><th>${d.subscribers.secretNames[i]}</th><td class="mono">${n[i]}</td></tr>`)}
        ${n.ha1.map(i=>$`<tr><th>HA1 ${i.algorithm}</th><td class="mono">${i.value}</td></tr>`)}</tbody></table>`:$`<p class="row"><button type="button" onClick=${()=>g(`subscribers/${e}/private/${C(s)}/secrets`).then(l,i=>a(i.message))}>${t.showKept}</button>
            <span class="quiet">${o||d.subscribers.revealSays}</span></p>`}function D({form:e,path:s,label:n,first:l}){let o=h(e.model,s)!==void 0;return $`<label class="check"><input type="checkbox" checked=${o} onChange=${()=>e.change(v(e.model,s,o?void 0:l))} /> ${n}</label>`}function F({form:e,path:s}){let n=h(e.model,s),[l,o]=b("opc"),a=r=>{e.change(v(e.model,[...s,l],void 0)),o(r.target.value)},i=n.has_key?t.unchanged:"";return $`<div class="grid">
        <${m} form=${e} path=${[...s,"algorithm"]} label=${t.algorithm} options=${w(N)} />
        <${c} form=${e} path=${[...s,"k"]} label="K" hint=${d.subscribers.keyHint} placeholder=${i} />
        <${P} label=${t.operator} value=${l} onChange=${a} options=${[["opc",t.opc],["op",t.op]]} />
        <${c} key=${l} form=${e} path=${[...s,l]} label=${l==="op"?"OP":"OPc"} hint=${d.subscribers.keyHint} placeholder=${i} />
        <${c} form=${e} path=${[...s,"amf"]} label="AMF" hint=${t.amfHint} placeholder="8000" />
        <${c} form=${e} path=${[...s,"sqn"]} label="SQN" hint=${t.sqnHint} type="number" min="0" placeholder=${i} /></div>`}function I({form:e,path:s}){let n=h(e.model,s);return $`<div class="grid">
        <${m} form=${e} path=${[...s,"algorithm"]} label=${t.algorithm} options=${w(H)} />
        <${c} form=${e} path=${[...s,"password"]} label=${d.subscribers.password} hint=${t.passwordHint} placeholder=${n.has_password?t.unchanged:""} />
        <${c} form=${e} path=${[...s,"realm"]} label=${t.realm} hint=${t.realmHint} placeholder=${_(e.model)} /></div>`}function M({form:e,index:s,id:n,known:l}){let o=["privates",s],a=h(e.model,o);return $`<fieldset><legend>${t.privateNo(s+1)}</legend>
        <div class="row top-row"><${c} form=${e} path=${[...o,"impi"]} label=${t.impi} hint=${t.impiHint} />
            <${y} form=${e} path=${["privates"]} index=${s} name=${a.impi??""} /></div>
        ${u(e,o)&&$`<p class="bad">${u(e,o)}</p>`}
        <${D} form=${e} path=${[...o,"aka"]} label=${t.hasKey} first=${{algorithm:N[0]}} />
        ${a.aka&&$`<${F} form=${e} path=${[...o,"aka"]} />`}
        ${a.aka&&a.digest&&$`<p class="quiet">${d.subscribers.bothSay}</p>`}
        <${D} form=${e} path=${[...o,"digest"]} label=${t.hasPassword} first=${{algorithm:H[0]}} />
        ${a.digest&&$`<${I} form=${e} path=${[...o,"digest"]} />`}
        ${l.includes(a.impi)&&$`<${O} id=${n} impi=${a.impi} />`}</fieldset>`}function W({form:e,path:s,index:n,isDefault:l,profiles:o,alone:a}){let i=[...s,n],r=h(e.model,i),p=r.type?.includes("psi");return $`<li class=${`public ${u(e,i)?"bad":""}`}>
        <div class="grid">
            <${c} form=${e} path=${[...i,"impu"]} label=${t.impu} hint=${t.impuHint} />
            <${m} form=${e} path=${[...i,"type"]} label=${t.kind} options=${Object.entries(t.kinds)} />
            <${c} form=${e} path=${[...i,"display_name"]} label=${t.displayName} hint=${t.displayHint} />
            <${m} form=${e} path=${[...i,"profile"]} label=${t.profile} options=${[["",t.noProfile],...w(o)]} />
            <${c} form=${e} path=${[...i,"alias_group"]} label=${t.alias} hint=${t.aliasHint} />
            ${p&&$`<${c} form=${e} path=${[...i,"server"]} label=${t.psiServer} hint=${t.psiServerHint} />`}
        </div>
        ${u(e,i)&&$`<p class="bad" role="alert">${u(e,i)}</p>`}
        <div class="row"><${S} form=${e} path=${[...i,"barred"]} label=${t.barred} says=${t.barredSays} />
            ${p&&$`<${S} form=${e} path=${[...i,"inactive"]} label=${t.inactive} />`}
            ${l&&$`<span class="pill good">${t.isDefault}</span>`}
            <${y} form=${e} path=${s} index=${n} name=${r.impu??""} canDrop=${!a} /></div></li>`}function E({form:e,path:s,privates:n}){let l=h(e.model,s);if(n.length<2)return null;let o=a=>{let i=l??n,r=i.includes(a)?i.filter(p=>p!==a):n.filter(p=>p===a||i.includes(p));e.change(v(e.model,s,r.length===n.length?void 0:r))};return $`<div class="row" role="group" aria-label=${t.registersWith}><strong>${t.registersWith}</strong>
        ${n.map(a=>$`<label class="check"><input type="checkbox" checked=${!l||l.includes(a)} onChange=${()=>o(a)} /> <span class="mono">${a}</span></label>`)}
        ${u(e,s)&&$`<p class="bad">${u(e,s)}</p>`}</div>`}function T({form:e,index:s,profiles:n}){let l=["sets",s,"publics"],o=h(e.model,l)??[],a=o.findIndex(r=>!r.barred&&!r.type?.startsWith("wildcarded")),i=(e.model.privates??[]).map(r=>r.impi).filter(Boolean);return $`<fieldset><legend>${d.subscribers.setNumber(s+1)}</legend>
        <ol class="plain">${o.map((r,p)=>$`<${W} form=${e} path=${l} index=${p} isDefault=${p===a} profiles=${n} alone=${o.length===1} />`)}</ol>
        <${E} form=${e} path=${["sets",s,"privates"]} privates=${i} />
        <div class="row"><button type="button" onClick=${()=>e.change(f(e.model,l,{impu:""}))}>${t.addPublic}</button>
            ${e.model.sets.length>1&&$`<${y} form=${e} path=${["sets"]} index=${s} name=${d.subscribers.setNumber(s+1)} />`}</div></fieldset>`}function q(e,s,n){return(e?.[s]??[]).map(l=>l[n])}function U({form:e,id:s}){let[n,l]=b({}),[o]=b((e.model.privates??[]).map(i=>i.impi));A(()=>{let i=r=>p=>l(x=>({...x,...r(p)}));g("profiles").then(i(({profiles:r})=>({profiles:r})),()=>{}),g("charging").then(i(({charging:r})=>({charging:r})),()=>{})},[]);let a=e.model;return $`
        <h3>${t.privates}</h3><p class="quiet">${t.privatesSay}</p>
        ${(a.privates??[]).map((i,r)=>$`<${M} form=${e} index=${r} id=${s} known=${o} />`)}
        <p><button type="button" onClick=${()=>e.change(f(a,["privates"],{impi:"",digest:{algorithm:H[0]}}))}>${t.addPrivate}</button></p>
        <h3>${t.sets}</h3><p class="quiet">${t.setsSay}</p>
        ${(a.sets??[]).map((i,r)=>$`<${T} form=${e} index=${r} profiles=${q(n,"profiles","name")} />`)}
        <p><button type="button" onClick=${()=>e.change(f(a,["sets"],{publics:[{impu:""}]}))}>${t.addSet}</button></p>
        <h3>${t.more}</h3><div class="grid">
            <${k} form=${e} path=${["visited"]} label=${t.visited} hint=${t.visitedHint} placeholder=${_(a)} />
            <${m} form=${e} path=${["charging"]} label=${t.charging} hint=${t.chargingHint} options=${[["",t.noCharging],...w(q(n,"charging","name"))]} />
            <${k} form=${e} path=${["capabilities","mandatory"]} numbers=${!0} label=${t.mandatory} hint=${t.mandatoryHint} />
            <${k} form=${e} path=${["capabilities","optional"]} numbers=${!0} label=${t.optional} hint=${t.optionalHint} /></div>`}export{U as SubscriberForm};
