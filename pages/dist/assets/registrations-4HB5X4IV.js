import{a as z}from"./chunk-AFRWL7GJ.js";import{a as G,b as H}from"./chunk-PJA7JSWL.js";import{a as j}from"./chunk-JCNMH34H.js";import{a as T}from"./chunk-WDXW5MTN.js";import{a as S}from"./chunk-V6IRDNRW.js";import{f as O,l as D,q as R}from"./chunk-QC7ARMJU.js";import{b as k,d as h}from"./chunk-ATYFVAPI.js";import{a as P,b as _,c as E}from"./chunk-A5K7TSRI.js";import{b as y,n as g,p as x,q as u,r as i}from"./chunk-OFU36I3G.js";function F(e,t){return e.nodes.filter(a=>a.role===t&&a.status===200)}function ne(e){let t=new Map,a=s=>{let n=s.find(c=>t.has(c)),r=n?t.get(n):{identities:[],pcscf:[],scscf:[],hss:null};for(let c of s)r.identities.includes(c)||r.identities.push(c),t.set(c,r);return r};for(let s of F(e,"hss"))for(let n of s.answer.registrations??[])for(let r of n.sets)Object.assign(a(r.publics.map(c=>c.impu)),{hss:{node:s.node,...r}});for(let s of F(e,"scscf"))for(let n of s.answer.registrations??[])a([n.public_identity,...n.identities.map(r=>r.public_identity)]).scscf.push({node:s.node,...n});for(let s of F(e,"pcscf"))for(let n of s.answer.registrations??[])n.registered&&a([n.public_identity,...n.identities]).pcscf.push({node:s.node,...n});return[...new Set(t.values())]}function B(e,t){return e!=="hss"?[...new Set(t.registrations.filter(s=>s.registered).map(s=>s.public_identity))]:t.registrations.flatMap(s=>s.sets).filter(s=>s.state!=="not registered").map(s=>(s.publics.find(n=>!n.barred)??s.publics[0]).impu)}function Y(e,t){let a=ne(e);return[...new Set(t.map(s=>a.find(n=>n.identities.includes(s))))].filter(Boolean)}function W(e,t){let a=e.scscf.flatMap(s=>s.bindings).length;return!t.hss&&!t.scscf&&e.hss?.state==="registered"!=a>0?!1:t.pcscf||t.scscf||e.pcscf.length===a}var o=u.registrations,J=3e3,U=["PERMANENT_TERMINATION","SERVER_CHANGE","NEW_SERVER_ASSIGNED","REMOVE_S-CSCF"],X=e=>(e??"").split(";")[0].toLowerCase();function ae(e,t,a,s){return e.find(n=>n.what===a&&n.nodes.includes(t)&&(s===void 0||X(n.value)===X(s)))}function L({by:e}){return e?i` <span class="pill warn" title=${e.says}>≠ ${o.differs}</span>`:null}function l({name:e,says:t,mark:a,children:s}){return i`<div class=${`fact ${a?"differs":""}`}><dt title=${t}>${e}</dt><dd>${s}<${L} by=${a} /></dd></div>`}function K({seconds:e,at:t}){let a=G();if(e===void 0)return o.noEnd;let s=e-(a-t)/1e3;return s>0?i`<span class="number">${H(s)}</span>`:o.ended}function N({list:e,mark:t}){return i`<ul class="plain">${e.map(a=>i`<li class="mono">${a.name}${a.barred?i` <span class="pill warn">${u.subscribers.barred}</span>`:""}<${L} by=${t(a.name)} /></li>`)}</ul>`}function ie({n:e,at:t,marks:a}){return e.answer.map(s=>i`<dl class="facts">
        <${l} name=${o.contact} says=${o.contactSays} mark=${a("contact",s.contact)}><code>${s.contact}</code></${l}>
        <${l} name=${o.source} says=${o.sourceSays}><code>${s.transport} ${s.source}</code></${l}>
        <${l} name=${o.expires} mark=${a("expires",s.contact)}>${s.registered?i`<${K} seconds=${s.expires_seconds} at=${t} />`:o.notYet}</${l}>
        ${s.service_route&&i`<${l} name="Service-Route" says=${o.serviceRouteSays}><code>${s.service_route}</code></${l}>`}
        ${s.identities.length>0&&i`<${l} name=${o.identities}><${N} list=${s.identities.map(n=>({name:n}))} mark=${n=>a("identities",n)} /></${l}>`}
    </dl>`)}function oe({node:e,impu:t,contact:a,act:s}){let n=`nodes/${h(e)}/registrations/${h(t)}/expire?contact=${h(a)}`;return i`<button onClick=${()=>s(()=>k("POST",n,{}).then(()=>[]),o.expired(a))}>${o.expire}</button>`}function re({n:e,at:t,marks:a,act:s,canExpire:n}){let r=e.answer;return i`<dl class="facts">
        <${l} name=${o.state} mark=${a("state")??a("server")}>${r.registered?u.subscribers.states.registered:u.subscribers.states["not registered"]}</${l}>
        <${l} name=${o.identities}><${N} list=${r.identities.map(c=>({name:c.public_identity,barred:c.barred}))} mark=${c=>a("identities",c)} /></${l}></dl>
        ${r.bindings.map(c=>i`<dl class="facts">
            <${l} name=${o.contact} says=${o.contactSays} mark=${a("contact",c.contact)}><code>${c.contact}</code></${l}>
            <${l} name=${o.expires} mark=${a("expires",c.contact)}><${K} seconds=${c.expires_seconds} at=${t} />
                ${n&&i` <${oe} node=${e.node} impu=${r.public_identity} contact=${c.contact} act=${s} />`}</${l}>
            <${l} name="Path" says=${o.pathSays}><code>${c.path}</code></${l}>
            <${l} name=${o.privateIdentity}><code>${c.private_identity}</code></${l}>
            <${l} name=${o.priority}>${(c.q_permille/1e3).toFixed(1)}</${l}></dl>`)}`}function ce({impu:e}){let{value:t}=S(`trace?user=${h(e)}&method=REGISTER&q=chosen`,J),a=(t?.steps??[]).filter(n=>n.kind==="says"&&R.value.some(r=>r.name===n.from&&r.role==="icscf")),s=new Map([a[0],a.at(-1)].filter(Boolean).map(n=>[n.says,n]));return s.size===0?null:i`<${l} name=${o.why} says=${o.whySays}>${[...s.values()].map(n=>i`<div>${n.says} <span class="quiet">${n.clause}</span>${" "}<a href=${g("ladder",{call:n.call,step:String(n.id)})}>${o.whyShow(n.from)}</a></div>`)}</${l}>`}function le({n:e,marks:t,impu:a}){let s=e.answer;return i`<dl class="facts">
        <${l} name=${o.state} mark=${t("state")}>${u.subscribers.states[s.state]??s.state}</${l}>
        <${l} name=${o.server} says=${o.serverSays} mark=${t("server")??t("state")}>${s.scscf?i`<code>${s.scscf}</code>`:o.noServer}</${l}>
        ${s.scscf&&i`<${ce} impu=${a} />`}
        <${l} name=${o.identities}><${N} list=${s.publics.map(n=>({name:n.impu,barred:n.barred}))} mark=${n=>t("identities",n)} /></${l}>
        <${l} name=${o.registeredAs}>${s.registered?.length?s.registered.map(n=>i`<div class="mono">${n}</div>`):o.nobody}</${l}></dl>`}var Q={pcscf:ie,scscf:re,hss:le};function $e({n:e,at:t,impu:a,differences:s,act:n,canExpire:r}){let c=Q[e.role],m=(v,b)=>ae(s,e.node,v,b),d=e.status===200&&!(Array.isArray(e.answer)&&e.answer.length===0);return i`<section class="card" aria-label=${e.node}>
        <div class="head"><h2>${e.node}</h2><span class="quiet">${u.roles[e.role]}, ${u.roleShort[e.role]}</span></div>
        ${d?i`<${c} n=${e} at=${t} impu=${a} marks=${m} act=${n} canExpire=${r} />`:e.state==="dead"?i`<p class="pill bad">${u.network.dead}</p><p>${e.reason}</p>`:i`<p>${o.knowsNothing}<${L} by=${m("state")} /></p>`}</section>`}function de({list:e}){return i`<ul class="plain">${e.map(t=>i`<li><span class=${`pill ${t.success?"good":"bad"}`}>${t.success?o.done:o.failed}</span> ${o.toldTo(t.command,t.scscf)}: ${t.sentence}</li>`)}</ul>`}var Z=({value:e})=>e.told;function ue({impu:e,hss:t,onClose:a,onDone:s}){let[n,r]=y(U[0]),[c,m]=y("set"),[d,v]=y(""),[b,w]=y(null),A=t?.answer?.registered??[],C=f=>{f.preventDefault();let I={reason:n,...d&&{text:d},...c!=="all"&&{identities:[c==="set"?e:c]}};k("POST",`subscribers/${h(e)}/deregister`,I).then(p=>s(Z(p)),w)};return i`<${P} title=${o.deregisterTitle} onClose=${a}><form onSubmit=${C}>
        <p>${o.deregisterSays}</p><${E} problem=${b} />
        <${_} label=${o.reason} hint=${o.reasons[n]} value=${n} onChange=${f=>r(f.target.value)} options=${U.map(f=>[f,f])} />
        <${_} label=${o.scope} value=${c} onChange=${f=>m(f.target.value)}
            options=${[["set",o.scopeSet],["all",o.scopeAll],...A.map(f=>[f,o.scopePrivate(f)])]} />
        <${_} label=${o.reasonText} hint=${o.reasonTextHint} value=${d} maxlength="256" onInput=${f=>v(f.target.value)} />
        <div class="row"><button class="danger">${o.deregister}</button><button type="button" onClick=${a}>${u.cancel}</button></div>
    </form></${P}>`}function fe({names:e}){let t=O().filter(a=>e.has(a.subject)&&a.kind!=="note"&&!a.solved).slice(0,3);return t.length===0?null:i`<section class="card differences" aria-label=${u.doctor.title}><h2>⚕ ${u.doctor.title}</h2>
        <ul>${t.map(a=>i`<li><span class="quiet">${T(a)}</span> <a href=${g("doctor",{id:a.id})}><strong>${a.title}</strong></a>: ${a.what}</li>`)}</ul></section>`}function pe(e,t){let a=s=>s.role==="hss"?s.answer.publics.map(n=>n.impu):s.role==="scscf"?s.answer.identities.map(n=>n.public_identity):[];return new Set([t,...(e?.nodes??[]).filter(s=>s.status===200).flatMap(a)])}function ee({impu:e}){let{value:t,problem:a,at:s,reload:n}=S(`registrations/${h(e)}`,J),r=z(),[c,m]=y(!1),[d,v]=y({}),b=t?.nodes.find(p=>p.role==="hss"&&p.status===200),w=D.value?.role!=="viewer",A=w&&b&&r("post","/subscribers/{id}/push"),C=w&&b&&r("post","/subscribers/{id}/deregister"),f=(p,te)=>p().then(M=>v({told:M,says:te}),M=>v({refused:M})).then(n),I=()=>f(()=>k("POST",`subscribers/${h(e)}/push`,{}).then(Z));return i`
        <div class="head"><a href=${g("registrations")}>${o.title}</a> <span aria-hidden="true">/</span> <h1 class="mono">${e}</h1>
            <div class="end">
                ${b&&i`<a class="button" href=${g("subscribers",{},e)}>${o.subscriber}</a>`}
                <a class="button" href=${g("ladder",{user:e})}>${u.subscribers.messages}</a>
                ${A&&i`<button onClick=${I}>${o.push}</button>`}
                ${C&&i`<button class="danger" onClick=${()=>m(!0)}>${o.deregister}…</button>`}
            </div></div>
        <p class="lead">${o.oneLead}</p>
        <${E} problem=${a??d.refused} />
        ${d.told&&i`<div class="card told" role="status">${d.says??(d.told.length?i`<${de} list=${d.told} />`:o.toldNobody)}</div>`}
        <${fe} names=${pe(t,e)} />
        ${t?.differences.length>0&&i`<section class="card differences" aria-label=${o.differences}><h2>≠ ${o.differences}</h2>
            <ul>${t.differences.map(p=>i`<li>${p.says}</li>`)}</ul></section>`}
        ${t&&i`<div class="cards sights">${t.nodes.filter(p=>Q[p.role]).map(p=>i`
            <${$e} key=${p.node} n=${p} at=${s} impu=${e} differences=${t.differences} act=${f} canExpire=${w&&r("post","/registrations/{impu}/expire")} />`)}</div>`}
        ${c&&i`<${ue} impu=${e} hss=${b} onClose=${()=>m(!1)}
            onDone=${p=>{m(!1),v({told:p}),n()}} />`}`}var $=u.registrations,me=50,V=3,se=3e3,q=["hss","scscf","pcscf"];function he({row:e,dead:t}){let a=e.hss?.publics.find(n=>!n.barred)?.impu??e.identities[0],s=i`<span class="quiet">${$.unknown}</span>`;return i`<tr ...${j()}>
        <td><a class="mono" href=${g("registrations",{},a)}>${a}</a>
            ${e.identities.filter(n=>n!==a).map(n=>i`<div class="mono quiet">${n}</div>`)}</td>
        <td>${t.pcscf?s:e.pcscf.length?e.pcscf.map(n=>i`<div class="mono">${n.source} <span class="quiet">${$.at(n.node)}</span></div>`):$.nothing}</td>
        <td>${t.scscf?s:e.scscf.length?e.scscf.map(n=>i`<div>${$.contacts(n.bindings.length)} <span class="quiet">${$.at(n.node)}</span></div>`):$.nothing}</td>
        <td>${t.hss?s:e.hss?i`${u.subscribers.states[e.hss.state]??e.hss.state} <div class="mono quiet">${e.hss.scscf}</div>`:$.nothing}</td>
        <td>${W(e,t)?i`<span class="pill good">✓ ${$.agree}</span>`:i`<span class="pill warn">≠ ${$.differ}</span>`}</td></tr>`}function ge({value:e,names:t}){let a=n=>e.nodes.some(r=>r.role===n&&r.status!==200),s={pcscf:a("pcscf"),scscf:a("scscf"),hss:a("hss")};return i`
        ${e.nodes.filter(n=>n.status!==200).map(n=>i`<div class="banner bad" role="status">${$.silent(n.node,n.reason)}</div>`)}
        <table><thead><tr><th>${$.identity}</th><th>${$.atPcscf}</th><th>${$.atScscf}</th><th>${$.atHss}</th><th>${$.together}</th></tr></thead>
            <tbody>${Y(e,t).map(n=>i`<${he} key=${n.identities[0]} row=${n} dead=${s} />`)}</tbody></table>`}function be(){let e=new Map;for(let t of O())t.method==="REGISTER"&&t.kind!=="note"&&!t.solved&&!e.has(t.subject)&&e.set(t.subject,t);return e.size===0?null:i`<section class="card differences" aria-label=${$.failedLately}><h2>⚕ ${$.failedLately}</h2>
        <ul>${[...e.values()].slice(0,V).map(t=>i`<li><span class="quiet number">${T(t)}</span> <span class="mono">${t.subject}</span>: <a href=${g("doctor",{id:t.id})}>${t.title}</a></li>`)}</ul>
        ${e.size>V&&i`<a href=${g("doctor")}>${$.failedMore(e.size-V)}</a>`}</section>`}function ve(e){let t=R.value.filter(s=>q.includes(s.role)),a=[...t].sort((s,n)=>q.indexOf(s.role)-q.indexOf(n.role));return t.find(s=>s.name===e)??a.find(s=>s.state==="alive")??null}function ye({params:e}){let t=e.get("q")??"",a=e.get("after")??"",s=ve(e.get("by")),n=new URLSearchParams({limit:me,...t&&{q:t},...a&&{after:a}}),r=S(s&&`nodes/${h(s.name)}/registrations?${n}`,se),c=r.value?B(s.role,r.value):[],m=S(r.value&&`registrations?limit=1000&of=${h(c.join(" "))}`,se);return i`
        <div class="head"><h1>${$.title}</h1><div class="end">
            <input type="search" aria-label=${$.search} placeholder=${$.search} value=${t} onInput=${d=>x({q:d.target.value,after:""})} />
            <select aria-label=${$.listedBy} value=${s?.name} onChange=${d=>x({by:d.target.value,after:""})}>
                ${R.value.filter(d=>q.includes(d.role)).map(d=>i`<option value=${d.name}>${$.listed(d.name)}</option>`)}</select></div></div>
        <p class="lead">${$.lead}</p>
        <${E} problem=${r.problem??m.problem} /><${be} />
        ${r.value&&m.value&&i`<div class="card scroll"><${ge} value=${m.value} names=${c} />
            ${c.length===0&&i`<div class="empty"><p>${t?$.noneFound:$.none}</p></div>`}
            <div class="row"><span class="quiet">${$.total(r.value.total)}${r.value.matching===void 0?"":`, ${$.matching(r.value.matching)}`}</span>
                ${a&&i`<button onClick=${()=>x({after:""})}>${u.subscribers.firstPage}</button>`}
                ${r.value.next_after&&i`<button onClick=${()=>x({after:r.value.next_after})}>${u.subscribers.nextPage}</button>`}</div></div>`}`}function We({rest:e,params:t}){return e[0]?i`<${ee} key=${e[0]} impu=${e[0]} />`:i`<${ye} params=${t} />`}export{We as RegistrationsView};
