import{a as B}from"./chunk-OC7TACVQ.js";import{a as G,b as H}from"./chunk-RTYDIX3X.js";import{a as z}from"./chunk-JCNMH34H.js";import{a as q}from"./chunk-4KGCQDTH.js";import{a as h,c as S}from"./chunk-LV6JJDL6.js";import{f as _,l as j,q as E}from"./chunk-YYYT7WGK.js";import{b as O,d as b}from"./chunk-7RJRLVHK.js";import{a as F,b as T,c as k}from"./chunk-5FDGS2VV.js";import{b as w,n as g,p as R,q as u,r as i}from"./chunk-P532XKYL.js";function L(e,t){return e.nodes.filter(a=>a.role===t&&a.status===200)}function ae(e){let t=new Map,a=s=>{let n=s.find(c=>t.has(c)),r=n?t.get(n):{identities:[],pcscf:[],scscf:[],hss:null};for(let c of s)r.identities.includes(c)||r.identities.push(c),t.set(c,r);return r};for(let s of L(e,"hss"))for(let n of s.answer.registrations??[])for(let r of n.sets)Object.assign(a(r.publics.map(c=>c.impu)),{hss:{node:s.node,...r}});for(let s of L(e,"scscf"))for(let n of s.answer.registrations??[])a([n.public_identity,...n.identities.map(r=>r.public_identity)]).scscf.push({node:s.node,...n});for(let s of L(e,"pcscf"))for(let n of s.answer.registrations??[])n.registered&&a([n.public_identity,...n.identities]).pcscf.push({node:s.node,...n});return[...new Set(t.values())]}function Y(e,t){return e!=="hss"?[...new Set(t.registrations.filter(s=>s.registered).map(s=>s.public_identity))]:t.registrations.flatMap(s=>s.sets).filter(s=>s.state!=="not registered").map(s=>(s.publics.find(n=>!n.barred)??s.publics[0]).impu)}function W(e,t){let a=ae(e);return[...new Set(t.map(s=>a.find(n=>n.identities.includes(s))))].filter(Boolean)}function U(e,t){let a=e.scscf.flatMap(s=>s.bindings).length;return!t.hss&&!t.scscf&&e.hss?.state==="registered"!=a>0?!1:t.pcscf||t.scscf||e.pcscf.length===a}var o=u.registrations,K=3e3,X=["PERMANENT_TERMINATION","SERVER_CHANGE","NEW_SERVER_ASSIGNED","REMOVE_S-CSCF"],J=e=>(e??"").split(";")[0].toLowerCase();function ie(e,t,a,s){return e.find(n=>n.what===a&&n.nodes.includes(t)&&(s===void 0||J(n.value)===J(s)))}function N({by:e}){return e?i` <span class="pill warn" title=${e.says}>≠ ${o.differs}</span>`:null}function l({name:e,says:t,mark:a,children:s}){return i`<div class=${`fact ${a?"differs":""}`}><dt title=${t}>${e}</dt><dd>${s}<${N} by=${a} /></dd></div>`}function Q({seconds:e,at:t}){let a=G();if(e===void 0)return o.noEnd;let s=e-(a-t)/1e3;return s>0?i`<span class="number">${H(s)}</span>`:o.ended}function V({list:e,mark:t}){return i`<ul class="plain">${e.map(a=>i`<li class="mono"><${h} text=${a.name} />${a.barred?i` <span class="pill warn">${u.subscribers.barred}</span>`:""}<${N} by=${t(a.name)} /></li>`)}</ul>`}function oe({n:e,at:t,marks:a}){return e.answer.map(s=>i`<dl class="facts">
        <${l} name=${o.contact} says=${o.contactSays} mark=${a("contact",s.contact)}><code><${h} text=${s.contact} /></code></${l}>
        <${l} name=${o.source} says=${o.sourceSays}><code>${s.transport} ${s.source}</code></${l}>
        <${l} name=${o.expires} mark=${a("expires",s.contact)}>${s.registered?i`<${Q} seconds=${s.expires_seconds} at=${t} />`:o.notYet}</${l}>
        ${s.service_route&&i`<${l} name="Service-Route" says=${o.serviceRouteSays}><code><${h} text=${s.service_route} /></code></${l}>`}
        ${s.identities.length>0&&i`<${l} name=${o.identities}><${V} list=${s.identities.map(n=>({name:n}))} mark=${n=>a("identities",n)} /></${l}>`}
    </dl>`)}function re({node:e,impu:t,contact:a,act:s}){let n=`nodes/${b(e)}/registrations/${b(t)}/expire?contact=${b(a)}`;return i`<button onClick=${()=>s(()=>O("POST",n,{}).then(()=>[]),o.expired(a))}>${o.expire}</button>`}function ce({n:e,at:t,marks:a,act:s,canExpire:n}){let r=e.answer;return i`<dl class="facts">
        <${l} name=${o.state} mark=${a("state")??a("server")}>${r.registered?u.subscribers.states.registered:u.subscribers.states["not registered"]}</${l}>
        <${l} name=${o.identities}><${V} list=${r.identities.map(c=>({name:c.public_identity,barred:c.barred}))} mark=${c=>a("identities",c)} /></${l}></dl>
        ${r.bindings.map(c=>i`<dl class="facts">
            <${l} name=${o.contact} says=${o.contactSays} mark=${a("contact",c.contact)}><code><${h} text=${c.contact} /></code></${l}>
            <${l} name=${o.expires} mark=${a("expires",c.contact)}><${Q} seconds=${c.expires_seconds} at=${t} />
                ${n&&i` <${re} node=${e.node} impu=${r.public_identity} contact=${c.contact} act=${s} />`}</${l}>
            <${l} name="Path" says=${o.pathSays}><code><${h} text=${c.path} /></code></${l}>
            <${l} name=${o.privateIdentity}><code><${h} text=${c.private_identity} /></code></${l}>
            <${l} name=${o.priority}>${(c.q_permille/1e3).toFixed(1)}</${l}></dl>`)}`}function le({impu:e}){let{value:t}=S(`trace?user=${b(e)}&method=REGISTER&q=chosen`,K),a=(t?.steps??[]).filter(n=>n.kind==="says"&&E.value.some(r=>r.name===n.from&&r.role==="icscf")),s=new Map([a[0],a.at(-1)].filter(Boolean).map(n=>[n.says,n]));return s.size===0?null:i`<${l} name=${o.why} says=${o.whySays}>${[...s.values()].map((n,r)=>i`<div>${s.size>1&&i`<b>${r?o.whyLast:o.whyFirst}</b> `}${n.says} <span class="quiet whole">${n.clause}</span>${" "}<a href=${g("ladder",{call:n.call,step:String(n.id)})}>${o.whyShow(n.from)}</a></div>`)}</${l}>`}function $e({n:e,marks:t,impu:a}){let s=e.answer;return i`<dl class="facts">
        <${l} name=${o.state} mark=${t("state")}>${u.subscribers.states[s.state]??s.state}</${l}>
        <${l} name=${o.server} says=${o.serverSays} mark=${t("server")??t("state")}>${s.scscf?i`<code><${h} text=${s.scscf} /></code>`:o.noServer}</${l}>
        ${s.scscf&&i`<${le} impu=${a} />`}
        <${l} name=${o.identities}><${V} list=${s.publics.map(n=>({name:n.impu,barred:n.barred}))} mark=${n=>t("identities",n)} /></${l}>
        <${l} name=${o.registeredAs}>${s.registered?.length?s.registered.map(n=>i`<div class="mono">${n}</div>`):o.nobody}</${l}></dl>`}var Z={pcscf:oe,scscf:ce,hss:$e};function de({n:e,at:t,impu:a,differences:s,act:n,canExpire:r}){let c=Z[e.role],m=(y,v)=>ie(s,e.node,y,v),d=e.status===200&&!(Array.isArray(e.answer)&&e.answer.length===0);return i`<section class="card" aria-label=${e.node}>
        <div class="head"><h2>${e.node}</h2><span class="quiet">${u.roles[e.role]}, ${u.roleShort[e.role]}</span></div>
        ${d?i`<${c} n=${e} at=${t} impu=${a} marks=${m} act=${n} canExpire=${r} />`:e.state==="dead"?i`<p class="pill bad">${u.network.dead}</p><p>${e.reason}</p>`:i`<p>${o.knowsNothing}<${N} by=${m("state")} /></p>`}</section>`}function ue({list:e}){return i`<ul class="plain">${e.map(t=>i`<li><span class=${`pill ${t.success?"good":"bad"}`}>${t.success?o.done:o.failed}</span> ${o.toldTo(t.command,t.scscf)}: ${t.sentence}</li>`)}</ul>`}var ee=({value:e})=>e.told;function fe({impu:e,hss:t,onClose:a,onDone:s}){let[n,r]=w(X[0]),[c,m]=w("set"),[d,y]=w(""),[v,x]=w(null),P=t?.answer?.registered??[],C=f=>{f.preventDefault();let I={reason:n,...d&&{text:d},...c!=="all"&&{identities:[c==="set"?e:c]}};O("POST",`subscribers/${b(e)}/deregister`,I).then(p=>s(ee(p)),x)};return i`<${F} title=${o.deregisterTitle} onClose=${a}><form onSubmit=${C}>
        <p>${o.deregisterSays}</p><${k} problem=${v} />
        <${T} label=${o.reason} hint=${o.reasons[n]} value=${n} onChange=${f=>r(f.target.value)} options=${X.map(f=>[f,f])} />
        <${T} label=${o.scope} value=${c} onChange=${f=>m(f.target.value)}
            options=${[["set",o.scopeSet],["all",o.scopeAll],...P.map(f=>[f,o.scopePrivate(f)])]} />
        <${T} label=${o.reasonText} hint=${o.reasonTextHint} value=${d} maxlength="256" onInput=${f=>y(f.target.value)} />
        <div class="row"><button class="danger">${o.deregister}</button><button type="button" onClick=${a}>${u.cancel}</button></div>
    </form></${F}>`}function pe({names:e}){let t=_().filter(a=>e.has(a.subject)&&a.kind!=="note"&&!a.solved).slice(0,3);return t.length===0?null:i`<section class="card differences" aria-label=${u.doctor.title}><h2>⚕ ${u.doctor.title}</h2>
        <ul>${t.map(a=>i`<li><span class="quiet">${q(a)}</span> <a href=${g("doctor",{id:a.id})}><strong>${a.title}</strong></a>: ${a.what}</li>`)}</ul></section>`}function me(e,t){let a=s=>s.role==="hss"?s.answer.publics.map(n=>n.impu):s.role==="scscf"?s.answer.identities.map(n=>n.public_identity):[];return new Set([t,...(e?.nodes??[]).filter(s=>s.status===200).flatMap(a)])}function se({impu:e}){let{value:t,problem:a,at:s,reload:n}=S(`registrations/${b(e)}`,K),r=B(),[c,m]=w(!1),[d,y]=w({}),v=t?.nodes.find(p=>p.role==="hss"&&p.status===200),x=j.value?.role!=="viewer",P=x&&v&&r("post","/subscribers/{id}/push"),C=x&&v&&r("post","/subscribers/{id}/deregister"),f=(p,ne)=>p().then(M=>y({told:M,says:ne}),M=>y({refused:M})).then(n),I=()=>f(()=>O("POST",`subscribers/${b(e)}/push`,{}).then(ee));return i`
        <div class="head"><a href=${g("registrations")}>${o.title}</a> <span aria-hidden="true">/</span> <h1 class="mono">${e}</h1>
            <div class="end">
                ${v&&i`<a class="button" href=${g("subscribers",{},e)}>${o.subscriber}</a>`}
                <a class="button" href=${g("ladder",{user:e})}>${u.subscribers.messages}</a>
                ${P&&i`<button onClick=${I}>${o.push}</button>`}
                ${C&&i`<button class="danger" onClick=${()=>m(!0)}>${o.deregister}…</button>`}
            </div></div>
        <p class="lead">${o.oneLead}</p>
        <${k} problem=${a??d.refused} />
        ${d.told&&i`<div class="card told" role="status">${d.says??(d.told.length?i`<${ue} list=${d.told} />`:o.toldNobody)}</div>`}
        <${pe} names=${me(t,e)} />
        ${t?.differences.length>0&&i`<section class="card differences" aria-label=${o.differences}><h2>≠ ${o.differences}</h2>
            <ul>${t.differences.map(p=>i`<li>${p.says}</li>`)}</ul></section>`}
        ${t&&i`<div class="cards sights">${t.nodes.filter(p=>Z[p.role]).map(p=>i`
            <${de} key=${p.node} n=${p} at=${s} impu=${e} differences=${t.differences} act=${f} canExpire=${x&&r("post","/registrations/{impu}/expire")} />`)}</div>`}
        ${c&&i`<${fe} impu=${e} hss=${v} onClose=${()=>m(!1)}
            onDone=${p=>{m(!1),y({told:p}),n()}} />`}`}var $=u.registrations,he=50,D=3,te=3e3,A=["hss","scscf","pcscf"];function be({row:e,dead:t}){let a=e.hss?.publics.find(n=>!n.barred)?.impu??e.identities[0],s=i`<span class="quiet">${$.unknown}</span>`;return i`<tr ...${z()}>
        <td><a class="mono" href=${g("registrations",{},a)}><${h} text=${a} /></a>
            ${e.identities.filter(n=>n!==a).map(n=>i`<div class="mono quiet"><${h} text=${n} /></div>`)}</td>
        <td>${t.pcscf?s:e.pcscf.length?e.pcscf.map(n=>i`<div><span class="mono">${n.source}</span> <span class="quiet">${$.at(n.node)}</span></div>`):$.nothing}</td>
        <td>${t.scscf?s:e.scscf.length?e.scscf.map(n=>i`<div>${$.contacts(n.bindings.length)} <span class="quiet">${$.at(n.node)}</span></div>`):$.nothing}</td>
        <td>${t.hss?s:e.hss?i`${u.subscribers.states[e.hss.state]??e.hss.state} <div class="mono quiet"><${h} text=${e.hss.scscf} /></div>`:$.nothing}</td>
        <td>${U(e,t)?i`<span class="pill good">✓ ${$.agree}</span>`:i`<span class="pill warn">≠ ${$.differ}</span>`}</td></tr>`}function ge({value:e,names:t}){let a=n=>e.nodes.some(r=>r.role===n&&r.status!==200),s={pcscf:a("pcscf"),scscf:a("scscf"),hss:a("hss")};return i`
        ${e.nodes.filter(n=>n.status!==200).map(n=>i`<div class="banner bad" role="status">${$.silent(n.node,n.reason)}</div>`)}
        <table><thead><tr><th>${$.identity}</th><th>${$.atPcscf}</th><th>${$.atScscf}</th><th>${$.atHss}</th><th>${$.together}</th></tr></thead>
            <tbody>${W(e,t).map(n=>i`<${be} key=${n.identities[0]} row=${n} dead=${s} />`)}</tbody></table>`}function ve(){let e=new Map;for(let t of _())t.method==="REGISTER"&&t.kind!=="note"&&!t.solved&&!e.has(t.subject)&&e.set(t.subject,t);return e.size===0?null:i`<section class="card differences" aria-label=${$.failedLately}><h2>⚕ ${$.failedLately}</h2>
        <ul>${[...e.values()].slice(0,D).map(t=>i`<li><span class="quiet number">${q(t)}</span> <span class="mono">${t.subject}</span>: <a href=${g("doctor",{id:t.id})}>${t.title}</a></li>`)}</ul>
        ${e.size>D&&i`<a href=${g("doctor")}>${$.failedMore(e.size-D)}</a>`}</section>`}function ye(e){let t=E.value.filter(s=>A.includes(s.role)),a=[...t].sort((s,n)=>A.indexOf(s.role)-A.indexOf(n.role));return t.find(s=>s.name===e)??a.find(s=>s.state==="alive")??null}function we({params:e}){let t=e.get("q")??"",a=e.get("after")??"",s=ye(e.get("by")),n=new URLSearchParams({limit:he,...t&&{q:t},...a&&{after:a}}),r=S(s&&`nodes/${b(s.name)}/registrations?${n}`,te),c=r.value?Y(s.role,r.value):[],m=S(r.value&&`registrations?limit=1000&of=${b(c.join(" "))}`,te);return i`
        <div class="head"><h1>${$.title}</h1><div class="end">
            <input type="search" aria-label=${$.search} placeholder=${$.search} value=${t} onInput=${d=>R({q:d.target.value,after:""})} />
            <select aria-label=${$.listedBy} value=${s?.name} onChange=${d=>R({by:d.target.value,after:""})}>
                ${E.value.filter(d=>A.includes(d.role)).map(d=>i`<option value=${d.name}>${$.listed(d.name)}</option>`)}</select></div></div>
        <p class="lead">${$.lead}</p>
        <${k} problem=${r.problem??m.problem} /><${ve} />
        ${r.value&&m.value&&i`<div class="card scroll"><${ge} value=${m.value} names=${c} />
            ${c.length===0&&i`<div class="empty"><p>${t?$.noneFound:$.none}</p></div>`}
            <div class="row"><span class="quiet">${$.total(r.value.total)}${r.value.matching===void 0?"":`, ${$.matching(r.value.matching)}`}</span>
                ${a&&i`<button onClick=${()=>R({after:""})}>${u.subscribers.firstPage}</button>`}
                ${r.value.next_after&&i`<button onClick=${()=>R({after:r.value.next_after})}>${u.subscribers.nextPage}</button>`}</div></div>`}`}function Je({rest:e,params:t}){return e[0]?i`<${se} key=${e[0]} impu=${e[0]} />`:i`<${we} params=${t} />`}export{Je as RegistrationsView};
