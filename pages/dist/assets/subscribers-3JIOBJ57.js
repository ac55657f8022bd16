import{a as pt,b as mt}from"./chunk-RB2UP4D7.js";import{a as bt}from"./chunk-OC7TACVQ.js";import{a as ft}from"./chunk-JCNMH34H.js";import{a as L,c as I}from"./chunk-LV6JJDL6.js";import{j as Q,l as j,q as W}from"./chunk-YYYT7WGK.js";import{a as dt,b as v,c as K,d as S}from"./chunk-7RJRLVHK.js";import{a as ht,b as Z}from"./chunk-GU6FWLFA.js";import{a as O,b as M,c as w,d as Y}from"./chunk-5FDGS2VV.js";import{b as d,c as A,i as ut,m as U,n as x,o as G,p as q,q as p,r as s}from"./chunk-P532XKYL.js";var V=p.editor,Ft=new Set(["id","version"]),Rt={subscriber:()=>import("./form-2HTK7FG5.js").then(t=>t.SubscriberForm),profile:()=>import("./criteria-K35S6NLG.js").then(t=>t.ProfileForm),criteria:()=>import("./criteria-K35S6NLG.js").then(t=>t.CriteriaForm),charging:()=>import("./criteria-K35S6NLG.js").then(t=>t.ChargingForm)};function At(t){return JSON.stringify(t,null,2)}function jt({problem:t}){if(!t)return null;let e=t.errors?.filter(o=>o.pointer)??[];return e.length===0?s`<${w} problem=${t} />`:s`<div class="banner bad" role="alert"><ul>${e.map(o=>s`<li><code>${o.pointer}</code> ${o.detail}</li>`)}</ul></div>`}function tt({kind:t,title:e,says:o,path:r,id:n,value:i,etag:a,onClose:$,onSaved:l}){let[u,f]=d(()=>Object.fromEntries(Object.entries(i).filter(([y])=>!Ft.has(y)))),[c,b]=d(null),[T,X]=d("form"),[_,H]=d(null),[R,z]=d(!1),[it,_t]=d(null);A(()=>{Rt[t]().then(y=>_t(()=>y))},[t]);let Mt=y=>{z(!1),f(y)},lt=()=>c===null?u:JSON.parse(c),$t=y=>H(y instanceof SyntaxError?{message:`${V.noJson} ${y.message}`}:y),Dt=y=>{try{let N=lt();f(N),b(y==="json"?At(N):null),X(y)}catch(N){$t(N)}},ct=async y=>{z(!1);try{let N=await v("PUT",`${r}${y?"?dry_run=true":""}`,lt(),{headers:a?{"If-Match":a}:{}});H(null),y?z(!0):l(N.value)}catch(N){$t(N)}};return s`<${O} title=${e} look="drawer" onClose=${$}>
        <p class="quiet">${o}</p>
        <${pt} list=${["form","json",...t==="profile"||t==="criteria"?["xml"]:[]].map(y=>[y,V.tabs[y]])} shown=${T} panel="edit-panel" onChoose=${Dt} />
        <div class="sheet" id="edit-panel" role="tabpanel" aria-labelledby=${`edit-panel-${T}`} tabindex="0">
            ${T==="form"&&(it?s`<${it} form=${{model:u,change:Mt,problem:_}} id=${n} />`:s`<p>${p.loading}</p>`)}
            ${T==="json"&&s`<textarea class="model" aria-label=${V.model} rows="26" spellcheck=${!1} value=${c} onInput=${y=>{z(!1),b(y.target.value)}}></textarea>`}
            ${T==="xml"&&s`<pre>${Z(u.ifc??[])}</pre>`}</div>
        <${jt} problem=${_} />
        ${R&&s`<div class="banner good" role="status">✓ ${V.good}</div>`}
        <div class="row"><button class="primary" onClick=${()=>ct(!1)}>${p.save}</button><button onClick=${()=>ct(!0)}>${V.check}</button><button onClick=${$}>${p.cancel}</button></div></${O}>`}function gt({id:t,onClose:e,onSaved:o}){let[r,n]=d(null);return A(()=>{v("GET",`subscribers/${S(t)}`).then(n,e)},[t]),r?s`<${tt} kind="subscriber" title=${V.title} says=${V.says} path=${`subscribers/${S(t)}`} id=${t} value=${r.value} etag=${r.etag} onClose=${e} onSaved=${o} />`:null}var h=p.ifc;function et({list:t,asXml:e}){return e?s`<pre>${Z(t)}</pre>`:s`<ol class="plain">${[...t].sort((o,r)=>(o.priority??0)-(r.priority??0)).map(o=>s`<li class="criterion">
        <span class="pill">${o.priority??0}</span> ${ht(o)}</li>`)}</ol>`}function B({kind:t,path:e,title:o,says:r,canChange:n,extra:i,children:a}){let[$,l]=d(null),[u,f]=d(null),[c,b]=d(!1),[T,X]=d(!1),_=()=>v("GET",e).then(l,f);if(A(()=>{_()},[e]),!$)return s`<${w} problem=${u} />`;let H=$.value.ifc?.length>0;return s`<h3>${o}</h3>${a($.value,T)}
        <div class="row">${H&&s`<button aria-pressed=${T} onClick=${()=>X(!T)}>XML</button>`}
            ${n&&s`<button aria-label=${`${h.edit}: ${o}`} onClick=${()=>b(!0)}>${h.edit}</button>`}${i}</div>
        ${c&&s`<${tt} kind=${t} title=${o} says=${r} path=${e} value=${$.value} etag=${$.etag}
            onClose=${()=>b(!1)} onSaved=${()=>{b(!1),_()}} />`}`}function st({name:t,canChange:e,extra:o}){return s`<${B} kind="profile" path=${`profiles/${S(t)}`} title=${h.profile(t)} says=${h.editSays} canChange=${e} extra=${o}>${(r,n)=>s`
        ${r.ifc?.length?s`<${et} list=${r.ifc} asXml=${n} />`:s`<p>${h.none}</p>`}
        ${r.services?.length>0&&s`<p class="quiet">${h.servicesAre(r.services.join(", "))}</p>`}
        ${r.shared_ifc?.length>0&&s`<p>${h.shared(r.shared_ifc.join(", "))}</p>`}`}</${B}>`}function Nt({a:t}){return s`<div role="status">
        <p><strong>${t.next?h.goesTo(t.next):h.goesOn}</strong> <span class="quiet">${t.method}, ${t.session_case}</span></p>
        ${t.criteria.map(e=>s`<p><span class=${`pill ${e.matched?"good":""}`}>${e.matched?`\u2713 ${h.matches}`:`\u2717 ${h.matchesNot}`}</span> ${e.priority}, ${e.server}: ${e.sentence}</p>`)}</div>`}function It(t){let[e,o]=t.replace(/^\w+:/,"").split("@");return`sip:${e==="bob"?"alice":"bob"}@${o??U.value??W.value[0]?.domain}`}function Ht({identity:t}){let[e,o]=d({request:`INVITE ${It(t)}`,session_case:"originating",registered:""}),[r,n]=d(null),[i,a]=d(null),$=u=>f=>o({...e,[u]:f.target.value}),l=u=>{u.preventDefault();let f={identity:t,request:e.request,session_case:e.session_case,...e.registered&&{registered:e.registered==="yes"}};v("POST","ifc/test",f).then(({value:c})=>{a(null),n(c)},a)};return s`<h3>${h.test}</h3><form onSubmit=${l}><${w} problem=${i} />
        <div class="field"><label>${h.request} <textarea rows="3" spellcheck=${!1} value=${e.request} onInput=${$("request")}></textarea></label></div>
        <div class="grid"><${M} label=${h.sessionCase} value=${e.session_case} onChange=${$("session_case")} options=${Object.entries(h.cases)} />
        <${M} label=${h.registered} value=${e.registered} onChange=${$("registered")} options=${Object.entries(h.registeredAs)} /></div>
        <button class="primary">${h.run}</button></form>
        ${r&&s`<${Nt} a=${r} />`}`}function vt({s:t,canChange:e}){let o=bt(),r=t.sets.flatMap(a=>a.publics),n=[...new Set(r.map(a=>a.profile).filter(Boolean))],i=r.find(a=>!a.barred)?.impu;return s`<section class="card wide" aria-label=${h.title}><h2>${h.title}</h2><p class="quiet">${h.says} <a href=${x("subscribers",{},"catalogue")}>${p.catalogue.title}</a></p>
        ${n.length?n.map(a=>s`<${st} key=${a} name=${a} canChange=${e} />`):s`<p>${h.noProfile}</p>`}
        ${e&&i&&o("post","/ifc/test")&&s`<${Ht} identity=${i} />`}</section>`}var k=p.catalogue,rt=p.ifc;function Lt({name:t,canChange:e,extra:o}){return s`<${B} kind="criteria" path=${`shared-ifc/${S(t)}`} title=${k.sharedNo(t)} says=${rt.editSays} canChange=${e} extra=${o}>
        ${(r,n)=>r.ifc?.length?s`<${et} list=${r.ifc} asXml=${n} />`:s`<p>${rt.none}</p>`}</${B}>`}function Vt({name:t,canChange:e,extra:o}){return s`<${B} kind="charging" path=${`charging/${S(t)}`} title=${t} says=${k.chargingSays} canChange=${e} extra=${o}>
        ${r=>s`<table><tbody>${Object.entries(rt.chargingNames).filter(([n])=>r[n]).map(([n,i])=>s`<tr><th>${i}</th><td class="mono">${r[n]}</td></tr>`)}</tbody></table>`}</${B}>`}var Bt=[{path:"profiles",list:"profiles",key:"name",title:k.profiles,says:k.profilesSay,hint:k.nameHint,View:st,fresh:{}},{path:"shared-ifc",list:"shared_ifc",key:"id",title:k.shared,says:k.sharedSays,hint:k.numberHint,View:Lt,fresh:{ifc:[]}},{path:"charging",list:"charging",key:"name",title:k.charging,says:k.chargingSays,hint:k.nameHint,View:Vt,fresh:{ccf:"aaa://ccf.example"}}];function Ut({part:t,canChange:e}){let{value:o,problem:r,reload:n}=I(t.path),[i,a]=d(""),[$,l]=d(null),u=b=>b.then(()=>{l(null),a(""),n()},l),f=b=>{b.preventDefault(),u(v("PUT",`${t.path}/${S(i.trim())}`,t.fresh,{headers:{"If-None-Match":"*"}}))},c=(o?.[t.list]??[]).map(b=>b[t.key]);return s`<section class="card" aria-label=${t.title}><h2>${t.title}</h2><p class="quiet">${t.says}</p><${w} problem=${$??r} />
        ${c.map(b=>s`<div class="entry" key=${b}><${t.View} name=${b} canChange=${e}
            extra=${e&&s`<button class="danger" aria-label=${k.drop(b)} onClick=${()=>u(v("DELETE",`${t.path}/${S(b)}`))}>${p.subscribers.remove}</button>`} /></div>`)}
        ${o&&c.length===0&&s`<p>${k.none}</p>`}
        ${e&&s`<form class="row adding" onSubmit=${f}><${M} label=${k.newOne} hint=${t.hint} value=${i} onInput=${b=>a(b.target.value)} required />
            <button class="primary">${k.add}</button></form>`}</section>`}function yt(){let t=j.value?.role!=="viewer";return s`<div class="head"><a href=${x("subscribers")}>${p.subscribers.title}</a> <span aria-hidden="true">/</span> <h1>${k.title}</h1></div>
        <p class="lead">${k.lead}</p>
        <div class="cards">${Bt.map(e=>s`<${Ut} key=${e.path} part=${e} canChange=${t} />`)}</div>`}var D=p.changes;function Xt(t){return new Date(t).toLocaleString("sv-SE")}function Jt({e:t,undo:e}){let o=t.can_undo&&!t.undone_by&&j.value?.role!=="viewer";return s`<tr>
        <td class="number">${t.number}</td><td>${Xt(t.time)}</td><td>${t.who}</td><td>${D.actions[t.action]??t.action}</td>
        <td class="mono">${t.what}${(t.before||t.after)&&s`<details><summary>${D.details}</summary>
            ${t.before&&s`<h3>${D.before}</h3><pre>${JSON.stringify(t.before,null,1)}</pre>`}${t.after&&s`<h3>${D.after}</h3><pre>${JSON.stringify(t.after,null,1)}</pre>`}</details>`}</td>
        <td>${t.undone_by?s`<span class="pill">${D.undone(t.undone_by)}</span>`:o?s`<button onClick=${()=>e(t.number)} aria-label=${`${D.undo} ${t.number}`}>${D.undo}</button>`:s`<span class="quiet">${t.why_not}</span>`}</td></tr>`}function wt({params:t}){let e=t.get("before")??"",{value:o,problem:r,reload:n}=I(`audit?limit=50${e?`&before=${e}`:""}`),[i,a]=d(null),$=l=>v("POST",`audit/${l}/undo`).then(()=>{a(null),n()},a);return s`
        <div class="head"><a href=${x("subscribers")}>${p.subscribers.title}</a> <span aria-hidden="true">/</span> <h1>${D.title}</h1></div>
        <p class="lead">${D.lead}</p><${w} problem=${i??r} />
        ${o&&s`<div class="card scroll"><table class="tight"><thead><tr>${D.columns.map((l,u)=>s`<th class=${u===0?"number":""}>${l}</th>`)}<th><span class="sr">${D.undo}</span></th></tr></thead>
            <tbody>${o.entries.map(l=>s`<${Jt} key=${l.number} e=${l} undo=${$} />`)}</tbody></table>
            <div class="row">${e&&s`<button onClick=${()=>q({before:""})}>${p.subscribers.firstPage}</button>`}
                ${o.next_before&&s`<button onClick=${()=>q({before:o.next_before})}>${p.subscribers.nextPage}</button>`}</div></div>`}`}var E=p.subscribers.phone;function zt(t){let e=(t.digest?.algorithm??"MD5")==="MD5";return[t.aka&&"sim",t.digest&&"linphone",t.digest&&e&&"baresip"].filter(Boolean)}function kt(t){let e=t.privates.flatMap(r=>zt(r).map(n=>({id:`${n} ${r.impi}`,kind:n,impi:r.impi}))),o=r=>e.filter(n=>n.kind===r).length>1;return e.map(r=>({...r,name:o(r.kind)?`${E.kinds[r.kind]}, ${r.impi}`:E.kinds[r.kind]}))}function St(t,e,o){let r=o.find(u=>u.role==="hss"&&u.domain===e.split("@")[1])?.domain,i=o.find(u=>u.role==="pcscf"&&(!r||u.domain===r))?.listeners.find(u=>u.trust==="gm"),a=t.sets.flatMap(u=>u.publics).find(u=>u.impu.startsWith("sip:")&&!u.barred)?.impu??"",[$,l]=a.replace(/^sip:/,"").split("@");return{user:$,domain:l,impi:e,impu:a,proxy:i?.advertised??i?.at??""}}function Ct(t,e,o,r){let n=r||E.yours;return{linphone:[[E.user,e.user],[E.auth,e.impi],[E.domain,e.domain],[E.secret,n],[E.proxy,`<sip:${e.proxy};transport=udp>`],[E.transport,"UDP"]],baresip:[["~/.baresip/accounts",`<sip:${e.user}@${e.domain};transport=udp>;auth_user=${e.impi};auth_pass=${n};outbound="sip:${e.proxy};lr";regint=600`]],sim:[["K",o?.k??E.revealFirst],["OPc",o?.opc??E.revealFirst],["IMPI",e.impi],["IMPU",e.impu],[E.domain,e.domain],["P-CSCF",e.proxy]]}[t]}function xt(t){return t.length===1?t[0][1]:t.map(([e,o])=>`${e}: ${o}`).join(`
`)}var C=p.subscribers.phone,J=ut(null);function Gt({text:t}){let[e,o]=d(null);return A(()=>{let r=!0;return import("./qrcode-CCTWPE6S.js").then(({default:n})=>{let i=n(0,"M");i.addData(t),i.make();let a=i.getModuleCount(),$="";for(let l=0;l<a;l++)for(let u=0;u<a;u++)i.isDark(l,u)&&($+=`M${u} ${l}h1v1h-1z`);r&&o({n:a,path:$})}),()=>{r=!1}},[t]),e?s`<svg class="qr" role="img" aria-label=${C.qr} viewBox=${`-2 -2 ${e.n+4} ${e.n+4}`} shape-rendering="crispEdges">
        <rect x="-2" y="-2" width=${e.n+4} height=${e.n+4} fill="#fff" /><path d=${e.path} fill="#000" /></svg>`:s`<p>${p.loading}</p>`}function Kt({text:t}){let[e,o]=d("");return navigator.clipboard?s`<button onClick=${()=>navigator.clipboard.writeText(t).then(()=>o(t),()=>o(""))}>${C.copy}</button><span role="status">${e===t&&s`<span class="pill good">✓ ${C.copied}</span>`}</span>`:null}function Ot({s:t,secrets:e,given:o}){let r=kt(t),[n,i]=d(""),[a,$]=d(!1),l=r.find(c=>c.id===n)??r[0];if(!l)return s`<section class="card tallest" aria-label=${C.title}><h2>${C.title}</h2><p>${C.none}</p></section>`;let u=Ct(l.kind,St(t,l.impi,W.value),e[l.impi],o),f=xt(u);return s`<section class="card tallest" aria-label=${C.title}><h2>${C.title}</h2>
        ${r.length>1&&s`<div class="row kinds" role="group" aria-label=${C.kind}>${r.map(c=>s`<button key=${c.id} aria-pressed=${c===l} onClick=${()=>i(c.id)}>${c.name}</button>`)}</div>`}
        <p class="quiet">${C.says[l.kind]} ${l.kind==="sim"?"":o?C.given:C.forgotten(C.yours)}</p>
        <table><tbody>${u.map(([c,b])=>s`<tr><th class="whole">${c}</th><td class="mono"><${L} text=${b} /></td></tr>`)}</tbody></table>
        <p class="row"><${Kt} text=${f} /><button aria-expanded=${a} aria-controls="phone-qr" onClick=${()=>$(!a)}>${a?C.hideQr:C.qr}</button></p>
        <div id="phone-qr">${a&&s`<${Gt} text=${f} /><p class="quiet">${C.qrSays[l.kind]}</p>`}</div></section>`}var F=p.imports,ot=1<<19,Qt=250,nt=new Set(["done","failed","cancelled"]);async function Wt(t,e,o){let r=/\.csv$/i.test(t.name)?"csv":"yaml",{value:n}=await v("POST","imports",{format:r,name:t.name});for(let i=0;i<t.size;i+=ot){let a=await t.slice(i,i+ot).arrayBuffer();await v("PUT",`imports/${n.id}/part?offset=${i}`,a,{type:"application/octet-stream"}),o({...n,sent:Math.min(t.size,i+ot)/t.size})}for(await v("POST",`imports/${n.id}/run${e?"?dry_run=true":""}`);;){let i=await K(`imports/${n.id}`);if(o(i),nt.has(i.state))return;await new Promise(a=>{setTimeout(a,Qt)})}}function Yt({s:t}){let e=t.subscribers?(t.stored??0)/t.subscribers:null;return s`<div role="status">
        <p>${F.states[t.state]}${t.sent<1&&t.state==="open"?` ${Math.round(t.sent*100)} %`:""}</p>
        ${!nt.has(t.state)&&s`<progress aria-label=${F.progress} value=${t.state==="open"?t.sent:e} max="1"></progress>`}
        ${t.state==="done"&&s`<p>${t.dry_run?F.would(t.inserted,t.unchanged):F.did(t.inserted,t.unchanged)}</p>`}
        ${t.detail&&s`<p class="banner bad">${t.detail}</p>`}
        ${t.errors?.length>0&&s`<div class="scroll tall"><table><thead><tr><th>${F.line}</th><th>${F.wrong}</th></tr></thead>
            <tbody>${t.errors.map(o=>s`<tr><td class="number">${o.line}${o.column?`:${o.column}`:""}</td><td>${o.detail}</td></tr>`)}</tbody></table></div>`}</div>`}function Pt({onClose:t,onDone:e}){let[o,r]=d(null),[n,i]=d(null),[a,$]=d(null),l=n&&!nt.has(n.state)&&!a,u=f=>{$(null),Wt(o,f,i).then(e,$)};return s`<${O} title=${F.title} onClose=${t}>
        <p>${F.says}</p><${w} problem=${a} />
        <p><label>${F.file} <input type="file" accept=".yaml,.yml,.csv" onChange=${f=>{r(f.target.files[0]??null),i(null)}} /></label></p>
        ${n&&s`<${Yt} s=${n} />`}
        <div class="row"><button class="primary" disabled=${!o||l} onClick=${()=>u(!1)}>${F.run}</button>
            <button disabled=${!o||l} onClick=${()=>u(!0)}>${F.check}</button><button onClick=${t}>${p.close}</button></div></${O}>`}var P=p.many,at=["number","impi","password","k","opc"];function Zt(t){let e=o=>/[",\n]/.test(o??"")?`"${o.replace(/"/g,'""')}"`:o??"";return[at.join(","),...t.map(o=>at.map(r=>e(o[r])).join(","))].join(`
`)+`
`}function te({result:t,onClose:e}){let o=at.filter(r=>t.subscribers.some(n=>n[r]));return s`<p role="status">${P.created(t.created)}</p>
        <div class="scroll tall"><table><thead><tr>${o.map(r=>s`<th>${P.columns[r]}</th>`)}</tr></thead>
            <tbody>${t.subscribers.map(r=>s`<tr>${o.map(n=>s`<td class="mono">${r[n]}</td>`)}</tr>`)}</tbody></table></div>
        <div class="row"><button class="primary" onClick=${()=>mt("subscribers.csv","text/csv",Zt(t.subscribers))}>${P.keep}</button>
            <button onClick=${e}>${p.close}</button></div>`}function Tt({onClose:t,onDone:e}){let[o,r]=d({first:"1101",count:"30",name:"",generate:"password"}),[n,i]=d(null),[a,$]=d(null),l=(f,c,b)=>s`<${M} label=${c} hint=${b} value=${o[f]} bad=${Y(n,f)}
        onInput=${T=>r({...o,[f]:T.target.value})} />`,u=f=>{f.preventDefault();let c={first:o.first.trim(),count:Number(o.count),generate:o.generate,...o.name&&{name:o.name}};v("POST","subscribers/ranges",c).then(({value:b})=>{$(b),e()},i)};return s`<${O} title=${P.title} onClose=${t}>${a?s`<${te} result=${a} onClose=${t} />`:s`<form onSubmit=${u}>
        <p>${P.says}</p><${w} problem=${n} />
        ${l("first",P.first,P.firstHint)}${l("count",P.count,P.countHint)}${l("name",P.name,P.nameHint)}
        <${M} label=${P.generate} value=${o.generate} onChange=${f=>r({...o,generate:f.target.value})} options=${[["password",P.passwords],["key",P.keys]]} />
        <div class="row"><button class="primary">${P.add}</button><button type="button" onClick=${t}>${p.cancel}</button></div></form>`}</${O}>`}var g=p.subscribers;function qt(t){return t.publics.find(e=>!e.barred&&!e.type?.startsWith("wildcarded"))?.impu}function ee({s:t}){return s`<section class="card"><h2>${g.identities}</h2>
        ${t.sets.map((e,o)=>s`
            <h3>${t.sets.length>1?g.setNumber(o+1):g.oneSet}</h3>
            <table><tbody>${e.publics.map(r=>s`<tr>
                <td><span class="mono"><${L} text=${r.impu} /></span> <span class="quiet">${r.display_name}</span></td>
                <td class="rightmost">${r.impu===qt(e)?s`<span class="pill good">${g.isDefault}</span>`:r.barred&&s`<span class="pill warn">${g.barred}</span>`}</td></tr>`)}</tbody></table>`)}
        <p class="quiet">${g.setSays}</p></section>`}function se({id:t,impi:e,secrets:o,setSecrets:r}){let[n,i]=d(null),a=()=>K(`subscribers/${t}/private/${S(e)}/secrets`).then(r,i);return o?s`<table><tbody>${Object.entries(o).filter(([,$])=>typeof $=="string").map(([$,l])=>s`<tr><th>${g.secretNames[$]??$}</th><td class="mono">${l}</td></tr>`)}
        ${(o.ha1??[]).map($=>s`<tr><th>HA1 ${$.algorithm}</th><td class="mono">${$.value}</td></tr>`)}</tbody></table>`:s`<${w} problem=${n} /><button onClick=${a}>${g.reveal}</button> <span class="quiet">${g.revealSays}</span>`}function re({s:t,secrets:e,setSecrets:o}){return s`<section class="card"><h2>${g.proof}</h2>
        ${t.privates.map(r=>s`
            <h3 class="mono">${r.impi}</h3>
            <p>${r.aka&&g.akaSays(r.aka.algorithm)} ${r.digest&&g.digestSays(r.digest.algorithm??"MD5")}</p>
            ${j.value?.role!=="viewer"&&s`<${se} id=${t.id} impi=${r.impi} secrets=${e[r.impi]} setSecrets=${n=>o({...e,[r.impi]:n})} />`}`)}
    </section>`}function Et({id:t,isNew:e,editing:o}){let{value:r,problem:n,reload:i}=I(`subscribers/${S(t)}`),a=R=>q({edit:R?1:""}),[$,l]=d({}),u=j.value?.role!=="viewer",[f,c]=d(!1),[b,T]=d(null),X=()=>v("DELETE",`subscribers/${r.id}`).then(()=>G("subscribers"),R=>{c(!1),T(R)});if(n)return s`<${w} problem=${n} /><a href=${x("subscribers")}>${g.back}</a>`;if(!r)return s`<p>${p.loading}</p>`;let _=r.sets.map(qt).find(Boolean)??r.sets[0]?.publics[0]?.impu,H=r.sets.flatMap(R=>R.publics).find(R=>R.impu===_)?.display_name||_||r.privates[0]?.impi;return s`
        <div class="head"><a href=${x("subscribers")}>${g.title}</a> <span aria-hidden="true">/</span> <h1>${H}</h1>
            <div class="end">
                ${_&&s`<a class="button" href=${x("registrations",{},_)}>${g.whereRegistered}</a><a class="button" href=${x("ladder",{user:_})}>${g.messages}</a>`}
                ${u&&s`<button onClick=${()=>a(!0)}>${g.edit}</button><button class="danger" onClick=${()=>c(!0)}>${g.remove}</button>`}
            </div></div>
        ${e&&s`<div class="banner good" role="status">${g.added}</div>`}
        <${w} problem=${b} />
        <div class="cards person"><div class="stack"><${ee} s=${r} /><${re} s=${r} secrets=${$} setSecrets=${l} /></div><${Ot} s=${r} given=${J.value?.id===String(r.id)?J.value.password:""} secrets=${$} /><${vt} s=${r} canChange=${u} /></div>
        ${o&&s`<${gt} id=${r.id} onClose=${()=>a(!1)} onSaved=${()=>{a(!1),i()}} />`}
        ${f&&s`<${O} title=${g.removeAsk(H)} onClose=${()=>c(!1)}>
            <p>${g.removeSays}</p><div class="row"><button class="danger" onClick=${X}>${g.remove}</button><button onClick=${()=>c(!1)}>${p.cancel}</button></div></${O}>`}`}var m=p.subscribers;function oe(t,{password:e,k:o,op:r,opc:n}){return t==="password"?{password:e}:t==="op"?{k:o,op:r}:{k:o,opc:n}}function ne({name:t,onClose:e,onAdded:o}){let[r,n]=d({name:t,number:"",kind:"password",password:"",k:"",op:"",opc:""}),[i,a]=d(null),$=f=>c=>n({...r,[f]:c.target.value}),l=(f,c,b)=>s`<${M} label=${c} hint=${b} value=${r[f]} onInput=${$(f)} bad=${Y(i,f)} />`,u=async f=>{f.preventDefault();let c={name:r.name,number:r.number,...oe(r.kind,r)};c.number.trim()||delete c.number;try{o((await v("POST","subscribers",c)).value,c)}catch(b){a(b)}};return s`<${O} title=${m.add} onClose=${e}><form onSubmit=${u}>
        <${w} problem=${i} />
        ${l("name",m.name,m.nameHint)}
        ${l("number",m.number,m.numberHint)}
        <${M} label=${m.secret} value=${r.kind} onChange=${$("kind")} options=${[["password",m.password],["opc",m.kOpc],["op",m.kOp]]} />
        ${r.kind==="password"?l("password",m.password,m.passwordHint):s`
            ${l("k","K",m.keyHint)}
            ${r.kind==="op"?l("op","OP",m.opHint):l("opc","OPc",m.opcHint)}`}
        <div class="row"><button class="primary">${m.add}</button><button type="button" onClick=${e}>${p.cancel}</button></div>
    </form></${O}>`}function ae({state:t}){return s`<span class=${`pill ${t==="registered"?"good":""}`}>${m.states[t]??t}</span>`}function ie(t){return t.sets.flatMap(e=>e.publics)}function le({s:t}){let e=ie(t),o=e.find(r=>!r.barred)??e[0];return s`<tr ...${ft()}>
        <td><a href=${x("subscribers",{},String(t.id))}><${L} text=${o?.display_name||o?.impu||t.privates[0]?.impi} /></a></td>
        <td class="mono">${e.map(r=>s`<div><${L} text=${r.impu} />${r.barred?` (${m.barred})`:""}</div>`)}</td>
        <td>${t.privates.map(r=>s`<div>${[r.aka&&r.aka.algorithm,r.digest&&`digest ${r.digest.algorithm??""}`].filter(Boolean).join(", ")}</div>`)}</td>
        <td>${[...new Set(t.sets.map(r=>r.state).filter(Boolean))].map(r=>s`<${ae} state=${r} />`)}</td></tr>`}function $e(){let t=(Q.value?.networks??[]).map(e=>e.domain);return t.length<2?null:s`<select aria-label=${m.network} value=${U.value||t[0]} onChange=${e=>q({network:e.target.value,after:""})}>
        ${t.map(e=>s`<option value=${e}>${e}</option>`)}</select>`}function ce(t){let e=(Q.value?.networks??[]).map(n=>n.domain),o=e.find(n=>n===t?.split("@")[1]?.toLowerCase()),r=e.length>1&&o&&U.value!==o?o:"";return A(()=>{r&&q({network:r})},[r]),!r&&Q.value}function ue({params:t}){let e=t.get("q")??"",o=t.get("after")??"",r=t.get("add"),[n,i]=d(r===null?"":"one"),a=()=>{i(""),r!==null&&q({add:""})},{value:$,problem:l,reload:u}=I(`subscribers?limit=50${e?`&q=${S(e)}`:""}${o?`&after=${S(o)}`:""}`),f=j.value?.role!=="viewer";return s`
        <div class="head"><h1>${m.title}</h1>
            <nav class="row" aria-label=${m.title}>
                <a class="button" href=${x("subscribers",{},"catalogue")}>${p.catalogue.title}</a>
                <a class="button" href=${x("subscribers",{},"changes")}>${m.changes}</a></nav>
            <div class="end">
                <select aria-label=${m.exportAs} value="" onChange=${c=>{c.target.value&&location.assign(`api/v1/${dt(`export?format=${c.target.value}`)}`),c.target.value=""}}>
                    <option value="">${m.exportAs}…</option><option value="csv">CSV</option><option value="yaml">YAML</option></select>
                ${f&&s`<button onClick=${()=>i("import")}>${m.importFile}</button><button onClick=${()=>i("many")}>${m.many}</button>
                    <button class="primary" onClick=${()=>i("one")}>${m.add}</button>`}
            </div></div>
        <p class="lead">${m.lead}</p>
        <div class="row filters" role="search">
            <input type="search" class="wide-search" aria-label=${m.search} placeholder=${m.search} value=${e} onInput=${c=>q({q:c.target.value,after:""})} />
            <${$e} /></div>
        <${w} problem=${l} />
        ${$&&s`<div class="card"><table>
            <thead><tr><th>${m.name}</th><th>${m.identities}</th><th>${m.proof}</th><th>${m.state}</th></tr></thead>
            <tbody>${$.subscribers.map(c=>s`<${le} key=${c.id} s=${c} />`)}</tbody></table>
            ${$.subscribers.length===0&&s`<div class="empty"><p>${e?m.noneFound:m.none}</p></div>`}
            <div class="row"><span class="quiet">${m.total($.total)}</span>
                ${o&&s`<button onClick=${()=>q({after:""})}>${m.firstPage}</button>`}
                ${$.next_after&&$.subscribers.length===50&&s`<button onClick=${()=>q({after:$.next_after})}>${m.nextPage}</button>`}
            </div></div>`}
        ${n==="import"&&s`<${Pt} onClose=${a} onDone=${u} />`}
        ${n==="many"&&s`<${Tt} onClose=${a} onDone=${u} />`}
        ${n==="one"&&s`<${ne} name=${r??""} onClose=${a} onAdded=${(c,b)=>{J.value={id:String(c.id),password:b.password},G("subscribers",{new:1},String(c.id))}} />`}`}function Gs({rest:t,params:e}){return ce(t[0])?t[0]==="catalogue"?s`<${yt} />`:t[0]==="changes"?s`<${wt} params=${e} />`:t[0]?s`<${Et} key=${t[0]} id=${t[0]} isNew=${e.get("new")==="1"} editing=${e.get("edit")==="1"} />`:s`<${ue} key=${U.value} params=${e} />`:s`<p>${p.loading}</p>`}export{Gs as SubscribersView};
