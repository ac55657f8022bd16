import{a as bt,b as ht}from"./chunk-TZRYW2NT.js";import{a as vt}from"./chunk-ZOLPV3IJ.js";import{a as gt}from"./chunk-JCNMH34H.js";import{a as V,b as ft,e as I}from"./chunk-77KNGENC.js";import"./chunk-SQ7XZBT3.js";import{f as pt,j as Q,l as j,q as Y,r as mt}from"./chunk-AROE3PQ3.js";import{a as dt,b as y,c as K,d as O}from"./chunk-5SP7VTBV.js";import{a as yt,b as Z}from"./chunk-I25T3KKV.js";import{a as P,b as M,c as k,d as W}from"./chunk-E2N2SJF5.js";import{b as d,c as A,i as ut,m as X,n as x,o as z,p as E,q as m,r as s}from"./chunk-4O25GY2C.js";var B=m.editor,Nt=new Set(["id","version"]),Ht={subscriber:()=>import("./form-MMHVHOAU.js").then(t=>t.SubscriberForm),profile:()=>import("./criteria-WPBSOIXN.js").then(t=>t.ProfileForm),criteria:()=>import("./criteria-WPBSOIXN.js").then(t=>t.CriteriaForm),charging:()=>import("./criteria-WPBSOIXN.js").then(t=>t.ChargingForm)};function Lt(t){return JSON.stringify(t,null,2)}function Vt({problem:t}){if(!t)return null;let e=t.errors?.filter(o=>o.pointer)??[];return e.length===0?s`<${k} problem=${t} />`:s`<div class="banner bad" role="alert"><ul>${e.map(o=>s`<li><code>${o.pointer}</code> ${o.detail}</li>`)}</ul></div>`}function tt({kind:t,title:e,says:o,path:r,id:n,value:a,etag:$,onClose:c,onSaved:i}){let[u,l]=d(()=>Object.fromEntries(Object.entries(a).filter(([w])=>!Nt.has(w)))),[p,b]=d(null),[g,H]=d("form"),[_,L]=d(null),[D,J]=d(!1),[it,At]=d(null);A(()=>{Ht[t]().then(w=>At(()=>w))},[t]);let jt=w=>{J(!1),l(w)},lt=()=>p===null?u:JSON.parse(p),$t=w=>L(w instanceof SyntaxError?{message:`${B.noJson} ${w.message}`}:w),It=w=>{try{let N=lt();l(N),b(w==="json"?Lt(N):null),H(w)}catch(N){$t(N)}},ct=async w=>{J(!1);try{let N=await y("PUT",`${r}${w?"?dry_run=true":""}`,lt(),{headers:$?{"If-Match":$}:{}});L(null),w?J(!0):i(N.value)}catch(N){$t(N)}};return s`<${P} title=${e} look="drawer" onClose=${c}>
        <p class="quiet">${o}</p>
        <${bt} list=${["form","json",...t==="profile"||t==="criteria"?["xml"]:[]].map(w=>[w,B.tabs[w]])} shown=${g} panel="edit-panel" onChoose=${It} />
        <div class="sheet" id="edit-panel" role="tabpanel" aria-labelledby=${`edit-panel-${g}`} tabindex="0">
            ${g==="form"&&(it?s`<${it} form=${{model:u,change:jt,problem:_}} id=${n} />`:s`<p>${m.loading}</p>`)}
            ${g==="json"&&s`<textarea class="model" aria-label=${B.model} rows="26" spellcheck=${!1} value=${p} onInput=${w=>{J(!1),b(w.target.value)}}></textarea>`}
            ${g==="xml"&&s`<pre>${Z(u.ifc??[])}</pre>`}</div>
        <${Vt} problem=${_} />
        ${D&&s`<div class="banner good" role="status">✓ ${B.good}</div>`}
        <div class="row"><button class="primary" onClick=${()=>ct(!1)}>${m.save}</button><button onClick=${()=>ct(!0)}>${B.check}</button><button onClick=${c}>${m.cancel}</button></div></${P}>`}function wt({id:t,onClose:e,onSaved:o}){let[r,n]=d(null);return A(()=>{y("GET",`subscribers/${O(t)}`).then(n,e)},[t]),r?s`<${tt} kind="subscriber" title=${B.title} says=${B.says} path=${`subscribers/${O(t)}`} id=${t} value=${r.value} etag=${r.etag} onClose=${e} onSaved=${o} />`:null}var v=m.ifc;function et({list:t,asXml:e}){return e?s`<pre>${Z(t)}</pre>`:s`<ol class="plain">${[...t].sort((o,r)=>(o.priority??0)-(r.priority??0)).map(o=>s`<li class="criterion">
        <span class="pill">${o.priority??0}</span> ${yt(o)}</li>`)}</ol>`}function U({kind:t,path:e,title:o,says:r,canChange:n,extra:a,children:$}){let[c,i]=d(null),[u,l]=d(null),[p,b]=d(!1),[g,H]=d(!1),_=()=>y("GET",e).then(i,l);if(A(()=>{_()},[e]),!c)return s`<${k} problem=${u} />`;let L=c.value.ifc?.length>0;return s`<h3>${o}</h3>${$(c.value,g)}
        <div class="row">${L&&s`<button aria-pressed=${g} onClick=${()=>H(!g)}>XML</button>`}
            ${n&&s`<button aria-label=${`${v.edit}: ${o}`} onClick=${()=>b(!0)}>${v.edit}</button>`}${a}</div>
        ${p&&s`<${tt} kind=${t} title=${o} says=${r} path=${e} value=${c.value} etag=${c.etag}
            onClose=${()=>b(!1)} onSaved=${()=>{b(!1),_()}} />`}`}function st({name:t,canChange:e,extra:o}){return s`<${U} kind="profile" path=${`profiles/${O(t)}`} title=${v.profile(t)} says=${v.editSays} canChange=${e} extra=${o}>${(r,n)=>s`
        ${r.ifc?.length?s`<${et} list=${r.ifc} asXml=${n} />`:s`<p>${v.none}</p>`}
        ${r.services?.length>0&&s`<p class="quiet">${v.servicesAre(r.services.join(", "))}</p>`}
        ${r.shared_ifc?.length>0&&s`<p>${v.shared(r.shared_ifc.join(", "))}</p>`}`}</${U}>`}function Bt({a:t}){return s`<div role="status">
        <p><strong>${t.next?v.goesTo(t.next):v.goesOn}</strong> <span class="quiet">${t.method}, ${t.session_case}</span></p>
        ${t.criteria.map(e=>s`<p><span class=${`pill ${e.matched?"good":""}`}>${e.matched?`\u2713 ${v.matches}`:`\u2717 ${v.matchesNot}`}</span> ${e.priority}, ${e.server}: ${e.sentence}</p>`)}</div>`}function Ut(t){let[e,o]=t.replace(/^\w+:/,"").split("@");return`sip:${e==="bob"?"alice":"bob"}@${o??X.value??Y.value[0]?.domain}`}function Xt({identity:t}){let[e,o]=d({request:`INVITE ${Ut(t)}`,session_case:"originating",registered:""}),[r,n]=d(null),[a,$]=d(null),c=u=>l=>o({...e,[u]:l.target.value}),i=u=>{u.preventDefault();let l={identity:t,request:e.request,session_case:e.session_case,...e.registered&&{registered:e.registered==="yes"}};y("POST","ifc/test",l).then(({value:p})=>{$(null),n(p)},$)};return s`<h3>${v.test}</h3><form onSubmit=${i}><${k} problem=${a} />
        <div class="field"><label>${v.request} <textarea rows="3" spellcheck=${!1} value=${e.request} onInput=${c("request")}></textarea></label></div>
        <div class="grid"><${M} label=${v.sessionCase} value=${e.session_case} onChange=${c("session_case")} options=${Object.entries(v.cases)} />
        <${M} label=${v.registered} value=${e.registered} onChange=${c("registered")} options=${Object.entries(v.registeredAs)} /></div>
        <button class="primary">${v.run}</button></form>
        ${r&&s`<${Bt} a=${r} />`}`}function kt({s:t,canChange:e}){let o=vt(),r=t.sets.flatMap($=>$.publics),n=[...new Set(r.map($=>$.profile).filter(Boolean))],a=r.find($=>!$.barred)?.impu;return s`<section class="card wide" aria-label=${v.title}><h2>${v.title}</h2><p class="quiet">${v.says} <a href=${x("subscribers",{},"catalogue")}>${m.catalogue.title}</a></p>
        ${n.length?n.map($=>s`<${st} key=${$} name=${$} canChange=${e} />`):s`<p>${v.noProfile}</p>`}
        ${e&&a&&o("post","/ifc/test")&&s`<${Xt} identity=${a} />`}</section>`}var S=m.catalogue,rt=m.ifc;function Gt({name:t,canChange:e,extra:o}){return s`<${U} kind="criteria" path=${`shared-ifc/${O(t)}`} title=${S.sharedNo(t)} says=${rt.editSays} canChange=${e} extra=${o}>
        ${(r,n)=>r.ifc?.length?s`<${et} list=${r.ifc} asXml=${n} />`:s`<p>${rt.none}</p>`}</${U}>`}function Jt({name:t,canChange:e,extra:o}){return s`<${U} kind="charging" path=${`charging/${O(t)}`} title=${t} says=${S.chargingSays} canChange=${e} extra=${o}>
        ${r=>s`<table><tbody>${Object.entries(rt.chargingNames).filter(([n])=>r[n]).map(([n,a])=>s`<tr><th>${a}</th><td class="mono">${r[n]}</td></tr>`)}</tbody></table>`}</${U}>`}var zt=[{path:"profiles",list:"profiles",key:"name",title:S.profiles,says:S.profilesSay,hint:S.nameHint,View:st,fresh:{}},{path:"shared-ifc",list:"shared_ifc",key:"id",title:S.shared,says:S.sharedSays,hint:S.numberHint,View:Gt,fresh:{ifc:[]}},{path:"charging",list:"charging",key:"name",title:S.charging,says:S.chargingSays,hint:S.nameHint,View:Jt,fresh:{ccf:"aaa://ccf.example"}}];function Kt({part:t,canChange:e}){let{value:o,problem:r,reload:n}=I(t.path),[a,$]=d(""),[c,i]=d(null),u=b=>b.then(()=>{i(null),$(""),n()},i),l=b=>{b.preventDefault(),u(y("PUT",`${t.path}/${O(a.trim())}`,t.fresh,{headers:{"If-None-Match":"*"}}))},p=(o?.[t.list]??[]).map(b=>b[t.key]);return s`<section class="card" aria-label=${t.title}><h2>${t.title}</h2><p class="quiet">${t.says}</p><${k} problem=${c??r} />
        ${p.map(b=>s`<div class="entry" key=${b}><${t.View} name=${b} canChange=${e}
            extra=${e&&s`<button class="danger" aria-label=${S.drop(b)} onClick=${()=>u(y("DELETE",`${t.path}/${O(b)}`))}>${m.subscribers.remove}</button>`} /></div>`)}
        ${o&&p.length===0&&s`<p>${S.none}</p>`}
        ${e&&s`<form class="row adding" onSubmit=${l}><${M} label=${S.newOne} hint=${t.hint} value=${a} onInput=${b=>$(b.target.value)} required />
            <button class="primary">${S.add}</button></form>`}</section>`}function St(){let t=j.value?.role!=="viewer";return s`<div class="head"><a href=${x("subscribers")}>${m.subscribers.title}</a> <span aria-hidden="true">/</span> <h1>${S.title}</h1></div>
        <p class="lead">${S.lead}</p>
        <div class="cards">${zt.map(e=>s`<${Kt} key=${e.path} part=${e} canChange=${t} />`)}</div>`}var R=m.changes;function Qt(t){return new Date(t).toLocaleString("sv-SE")}function Yt({e:t,undo:e}){let o=t.can_undo&&!t.undone_by&&j.value?.role!=="viewer";return s`<tr>
        <td class="number">${t.number}</td><td>${Qt(t.time)}</td><td>${t.who}</td><td>${R.actions[t.action]??t.action}</td>
        <td class="mono">${t.what}${(t.before||t.after)&&s`<details><summary>${R.details}</summary>
            ${t.before&&s`<h3>${R.before}</h3><pre>${JSON.stringify(t.before,null,1)}</pre>`}${t.after&&s`<h3>${R.after}</h3><pre>${JSON.stringify(t.after,null,1)}</pre>`}</details>`}</td>
        <td>${t.undone_by?s`<span class="pill">${R.undone(t.undone_by)}</span>`:o?s`<button onClick=${()=>e(t.number)} aria-label=${`${R.undo} ${t.number}`}>${R.undo}</button>`:s`<span class="quiet">${t.why_not}</span>`}</td></tr>`}function Ct({params:t}){let e=t.get("before")??"",{value:o,problem:r,reload:n}=I(`audit?limit=50${e?`&before=${e}`:""}`),[a,$]=d(null),c=i=>y("POST",`audit/${i}/undo`).then(()=>{$(null),n()},$);return s`
        <div class="head"><a href=${x("subscribers")}>${m.subscribers.title}</a> <span aria-hidden="true">/</span> <h1>${R.title}</h1></div>
        <p class="lead">${R.lead}</p><${k} problem=${a??r} />
        ${o&&s`<div class="card scroll"><table class="tight"><thead><tr>${R.columns.map((i,u)=>s`<th class=${u===0?"number":""}>${i}</th>`)}<th><span class="sr">${R.undo}</span></th></tr></thead>
            <tbody>${o.entries.map(i=>s`<${Yt} key=${i.number} e=${i} undo=${c} />`)}</tbody></table>
            <div class="row">${e&&s`<button onClick=${()=>E({before:""})}>${m.subscribers.firstPage}</button>`}
                ${o.next_before&&s`<button onClick=${()=>E({before:o.next_before})}>${m.subscribers.nextPage}</button>`}</div></div>`}`}var q=m.subscribers.phone;function Wt(t){let e=(t.digest?.algorithm??"MD5")==="MD5";return t.aka?["sim"]:[t.digest&&"linphone",t.digest&&e&&"baresip"].filter(Boolean)}function xt(t){let e=t.privates.flatMap(r=>Wt(r).map(n=>({id:`${n} ${r.impi}`,kind:n,impi:r.impi}))),o=r=>e.filter(n=>n.kind===r).length>1;return e.map(r=>({...r,name:o(r.kind)?`${q.kinds[r.kind]}, ${r.impi}`:q.kinds[r.kind]}))}function Ot(t,e,o){let r=o.find(l=>l.role==="hss"&&l.domain===e.split("@")[1])?.domain,a=o.find(l=>l.role==="pcscf"&&(!r||l.domain===r))?.listeners.find(l=>l.trust==="gm"),c=t.sets.filter(l=>!l.privates||l.privates.includes(e)).flatMap(l=>l.publics).find(l=>l.impu.startsWith("sip:")&&!l.barred)?.impu??"",[i,u]=c.replace(/^sip:/,"").split("@");return{user:i,domain:u,impi:e,impu:c,proxy:a?.advertised??a?.at??""}}function Pt(t,e,o,r){let n=r||q.yours;return{linphone:[[q.user,e.user],[q.auth,e.impi],[q.domain,e.domain],[q.secret,n],[q.proxy,`<sip:${e.proxy};transport=udp>`],[q.transport,"UDP"]],baresip:[["~/.baresip/accounts",`<sip:${e.user}@${e.domain};transport=udp>;auth_user=${e.impi};auth_pass=${n};outbound="sip:${e.proxy};lr";regint=600`]],sim:[["K",o?.k??q.revealFirst],["OPc",o?.opc??q.revealFirst],["IMPI",e.impi],["IMPU",e.impu],[q.domain,e.domain],["P-CSCF",e.proxy]]}[t]}function Tt(t,e,o){return t!=="baresip"||e.impi!==`${e.user}@${e.domain}`?"":["tools/phone",...[e.user,o||q.yours,e.proxy,...e.domain==="ims.example"?[]:[e.domain]].map(n=>/^[\w.:@+-]+$/.test(n)?n:`'${n.replaceAll("'","'\\''")}'`)].join(" ")}function qt(t){return t.length===1?t[0][1]:t.map(([e,o])=>`${e}: ${o}`).join(`
`)}var C=m.subscribers.phone,G=ut(null);function Zt({text:t}){let[e,o]=d(null);return A(()=>{let r=!0;return import("./qrcode-CCTWPE6S.js").then(({default:n})=>{let a=n(0,"M");a.addData(t),a.make();let $=a.getModuleCount(),c="";for(let i=0;i<$;i++)for(let u=0;u<$;u++)a.isDark(i,u)&&(c+=`M${u} ${i}h1v1h-1z`);r&&o({n:$,path:c})}),()=>{r=!1}},[t]),e?s`<svg class="qr" role="img" aria-label=${C.qr} viewBox=${`-2 -2 ${e.n+4} ${e.n+4}`} shape-rendering="crispEdges">
        <rect x="-2" y="-2" width=${e.n+4} height=${e.n+4} fill="#fff" /><path d=${e.path} fill="#000" /></svg>`:s`<p>${m.loading}</p>`}function Et({text:t}){let[e,o]=d("");return navigator.clipboard?s`<button onClick=${()=>navigator.clipboard.writeText(t).then(()=>o(t),()=>o(""))}>${C.copy}</button><span role="status">${e===t&&s`<span class="pill good">✓ ${C.copied}</span>`}</span>`:null}function _t({s:t,secrets:e,given:o}){let r=xt(t),[n,a]=d(""),[$,c]=d(!1),i=r.find(g=>g.id===n)??r[0];if(!i)return s`<section class="card tallest" aria-label=${C.title}><h2>${C.title}</h2><p>${C.none}</p></section>`;let u=Ot(t,i.impi,Y.value),l=Pt(i.kind,u,e[i.impi],o),p=Tt(i.kind,u,o),b=qt(l);return s`<section class="card tallest" aria-label=${C.title}><h2>${C.title}</h2>
        ${r.length>1&&s`<div class="row kinds" role="group" aria-label=${C.kind}>${r.map(g=>s`<button key=${g.id} aria-pressed=${g===i} onClick=${()=>a(g.id)}>${g.name}</button>`)}</div>`}
        <p class="quiet">${C.says[i.kind]} ${i.kind==="sim"?"":o?C.given:C.forgotten(C.yours)}</p>
        <table><tbody>${l.map(([g,H])=>s`<tr><th>${g}</th><td class="mono"><${V} text=${H} /></td></tr>`)}</tbody></table>
        <p class="row"><${Et} text=${b} /><button aria-expanded=${$} aria-controls="phone-qr" onClick=${()=>c(!$)}>${$?C.hideQr:C.qr}</button></p>
        ${p&&s`<p class="quiet">${C.command}</p><p class="row"><code>${p}</code><${Et} text=${p} /></p>`}
        <div id="phone-qr">${$&&s`<${Zt} text=${b} /><p class="quiet">${C.qrSays[i.kind]}</p>`}</div></section>`}var F=m.imports,ot=1<<19,te=250,nt=new Set(["done","failed","cancelled"]);async function ee(t,e,o){let r=/\.csv$/i.test(t.name)?"csv":"yaml",{value:n}=await y("POST","imports",{format:r,name:t.name});for(let a=0;a<t.size;a+=ot){let $=await t.slice(a,a+ot).arrayBuffer();await y("PUT",`imports/${n.id}/part?offset=${a}`,$,{type:"application/octet-stream"}),o({...n,sent:Math.min(t.size,a+ot)/t.size})}for(await y("POST",`imports/${n.id}/run${e?"?dry_run=true":""}`);;){let a=await K(`imports/${n.id}`);if(o(a),nt.has(a.state))return;await new Promise($=>{setTimeout($,te)})}}function se({s:t}){let e=t.subscribers?(t.stored??0)/t.subscribers:null;return s`<div role="status">
        <p>${F.states[t.state]}${t.sent<1&&t.state==="open"?` ${Math.round(t.sent*100)} %`:""}</p>
        ${!nt.has(t.state)&&s`<progress aria-label=${F.progress} value=${t.state==="open"?t.sent:e} max="1"></progress>`}
        ${t.state==="done"&&s`<p>${t.dry_run?F.would(t.inserted,t.unchanged):F.did(t.inserted,t.unchanged)}</p>`}
        ${t.detail&&s`<p class="banner bad">${t.detail}</p>`}
        ${t.errors?.length>0&&s`<div class="scroll tall"><table><thead><tr><th>${F.line}</th><th>${F.wrong}</th></tr></thead>
            <tbody>${t.errors.map(o=>s`<tr><td class="number">${o.line}${o.column?`:${o.column}`:""}</td><td>${o.detail}</td></tr>`)}</tbody></table></div>`}</div>`}function Mt({onClose:t,onDone:e}){let[o,r]=d(null),[n,a]=d(null),[$,c]=d(null),i=n&&!nt.has(n.state)&&!$,u=l=>{c(null),ee(o,l,a).then(e,c)};return s`<${P} title=${F.title} onClose=${t}>
        <p>${F.says}</p><${k} problem=${$} />
        <p><label>${F.file} <input type="file" accept=".yaml,.yml,.csv" onChange=${l=>{r(l.target.files[0]??null),a(null)}} /></label></p>
        ${n&&s`<${se} s=${n} />`}
        <div class="row"><button class="primary" disabled=${!o||i} onClick=${()=>u(!1)}>${F.run}</button>
            <button disabled=${!o||i} onClick=${()=>u(!0)}>${F.check}</button><button onClick=${t}>${m.close}</button></div></${P}>`}var T=m.many,at=["number","impi","password","k","opc"];function re(t){let e=o=>/[",\n]/.test(o??"")?`"${o.replace(/"/g,'""')}"`:o??"";return[at.join(","),...t.map(o=>at.map(r=>e(o[r])).join(","))].join(`
`)+`
`}function oe({result:t,onClose:e}){let o=at.filter(r=>t.subscribers.some(n=>n[r]));return s`<p role="status">${T.created(t.created)}</p>
        <div class="scroll tall"><table><thead><tr>${o.map(r=>s`<th>${T.columns[r]}</th>`)}</tr></thead>
            <tbody>${t.subscribers.map(r=>s`<tr>${o.map(n=>s`<td class="mono">${r[n]}</td>`)}</tr>`)}</tbody></table></div>
        <div class="row"><button class="primary" onClick=${()=>ht("subscribers.csv","text/csv",re(t.subscribers))}>${T.keep}</button>
            <button onClick=${e}>${m.close}</button></div>`}function Rt({onClose:t,onDone:e}){let[o,r]=d({first:"1101",count:"30",name:"",generate:"password"}),[n,a]=d(null),[$,c]=d(null),i=(l,p,b)=>s`<${M} label=${p} hint=${b} value=${o[l]} bad=${W(n,l)}
        onInput=${g=>r({...o,[l]:g.target.value})} />`,u=l=>{l.preventDefault();let p={first:o.first.trim(),count:Number(o.count),generate:o.generate,...o.name&&{name:o.name}};y("POST","subscribers/ranges",p).then(({value:b})=>{c(b),e()},a)};return s`<${P} title=${T.title} onClose=${t}>${$?s`<${oe} result=${$} onClose=${t} />`:s`<form onSubmit=${u}>
        <p>${T.says}</p><${k} problem=${n} />
        ${i("first",T.first,T.firstHint)}${i("count",T.count,T.countHint)}${i("name",T.name,T.nameHint)}
        <${M} label=${T.generate} value=${o.generate} onChange=${l=>r({...o,generate:l.target.value})} options=${[["password",T.passwords],["key",T.keys]]} />
        <div class="row"><button class="primary">${T.add}</button><button type="button" onClick=${t}>${m.cancel}</button></div></form>`}</${P}>`}var h=m.subscribers,ne=3e3;function Ft(t){return t.publics.find(e=>!e.barred&&!e.type?.startsWith("wildcarded"))?.impu}function ae({s:t}){return s`<section class="card"><h2>${h.identities}</h2>
        ${t.sets.map((e,o)=>s`
            <h3>${t.sets.length>1?h.setNumber(o+1):h.oneSet}</h3>
            <table><tbody>${e.publics.map(r=>s`<tr>
                <td><span class="mono"><${V} text=${r.impu} /></span> <span class="quiet">${r.display_name}</span></td>
                <td class="rightmost">${r.impu===Ft(e)?s`<span class="pill good">${h.isDefault}</span>`:r.barred&&s`<span class="pill warn">${h.barred}</span>`}</td></tr>`)}</tbody></table>`)}
        <p class="quiet">${h.setSays}</p></section>`}function ie({id:t,impi:e,secrets:o,setSecrets:r}){let[n,a]=d(null),$=()=>K(`subscribers/${t}/private/${O(e)}/secrets`).then(r,a);return o?s`<table><tbody>${Object.entries(o).filter(([,c])=>typeof c=="string").map(([c,i])=>s`<tr><th>${h.secretNames[c]??c}</th><td class="mono">${i}</td></tr>`)}
        ${(o.ha1??[]).map(c=>s`<tr><th>HA1 ${c.algorithm}</th><td class="mono">${c.value}</td></tr>`)}</tbody></table>`:s`<${k} problem=${n} /><button onClick=${$}>${h.reveal}</button> <span class="quiet">${h.revealSays}</span>`}function le({s:t,secrets:e,setSecrets:o}){return s`<section class="card"><h2>${h.proof}</h2>
        ${t.privates.map(r=>s`
            <h3 class="mono">${r.impi}</h3>
            <p>${r.aka&&h.akaSays(r.aka.algorithm)} ${r.digest&&h.digestSays(r.digest.algorithm??"MD5")}</p>
            ${j.value?.role!=="viewer"&&s`<${ie} id=${t.id} impi=${r.impi} secrets=${e[r.impi]} setSecrets=${n=>o({...e,[r.impi]:n})} />`}`)}
    </section>`}function $e({s:t}){let{value:e}=I(`subscribers/${t.id}/registration`,ne),o=new Set([...t.sets.flatMap(a=>a.publics).map(a=>a.impu),...t.privates.map(a=>a.impi)]),r=pt().find(a=>a.method==="REGISTER"&&a.kind!=="note"&&!a.solved&&o.has(a.subject)),n=[...new Set((e?.sets??[]).map(a=>a.state))];return s`<p class="row" role="status">${n.map(a=>s`<span class=${`pill ${a==="registered"?"good":""}`}>${h.states[a]??a}</span>`)}
        ${r&&s`<span>${h.lastFailure} <span class="quiet">${ft(r)}</span> <a href=${x("doctor",{id:r.id})}>${r.title}</a></span>`}</p>`}function Dt({id:t,isNew:e,editing:o}){let r=D=>E({edit:D?1:""}),[n,a]=d({}),$=j.value?.role!=="viewer",[c,i]=d(!1),{value:u,problem:l,reload:p}=I(`subscribers/${O(t)}`),[b,g]=d(null),H=()=>y("DELETE",`subscribers/${u.id}`,void 0,{headers:{"If-Match":`"${u.version}"`}}).then(()=>z("subscribers"),D=>{i(!1),g(D),p()});if(l)return s`<${k} problem=${l} /><a href=${x("subscribers")}>${h.back}</a>`;if(!u)return s`<p>${m.loading}</p>`;let _=u.sets.map(Ft).find(Boolean)??u.sets[0]?.publics[0]?.impu,L=u.sets.flatMap(D=>D.publics).find(D=>D.impu===_)?.display_name||_||u.privates[0]?.impi;return s`
        <div class="head"><a href=${x("subscribers")}>${h.title}</a> <span aria-hidden="true">/</span> <h1>${L}</h1>
            <div class="end">
                ${_&&s`<a class="button" href=${x("registrations",{},_)}>${h.whereRegistered}</a><a class="button" href=${x("ladder",{user:_})}>${h.messages}</a>`}
                ${$&&s`<button onClick=${()=>r(!0)}>${h.edit}</button><button class="danger" onClick=${()=>i(!0)}>${h.remove}</button>`}
            </div></div>
        ${!c&&s`<${$e} s=${u} />`}
        ${e&&s`<div class="banner good" role="status">${h.added}</div>`}
        <${k} problem=${b} />
        <div class="cards person"><div class="stack"><${ae} s=${u} /><${le} s=${u} secrets=${n} setSecrets=${a} /></div><${_t} s=${u} given=${G.value?.id===String(u.id)?G.value.password:""} secrets=${n} /><${kt} s=${u} canChange=${$} /></div>
        ${o&&s`<${wt} id=${u.id} onClose=${()=>r(!1)} onSaved=${()=>{r(!1),p()}} />`}
        ${c&&s`<${P} title=${h.removeAsk(L)} onClose=${()=>i(!1)}>
            <p>${h.removeSays}</p><div class="row"><button class="danger" onClick=${H}>${h.remove}</button><button onClick=${()=>i(!1)}>${m.cancel}</button></div></${P}>`}`}var f=m.subscribers;function ce(t,{password:e,k:o,op:r,opc:n}){return t==="password"?{password:e}:t==="op"?{k:o,op:r}:{k:o,opc:n}}function ue({name:t,onClose:e,onAdded:o}){let[r,n]=d({name:t,number:"",kind:"password",password:"",k:"",op:"",opc:""}),[a,$]=d(null),c=l=>p=>n({...r,[l]:p.target.value}),i=(l,p,b)=>s`<${M} label=${p} hint=${b} value=${r[l]} onInput=${c(l)} bad=${W(a,l)} />`,u=async l=>{l.preventDefault();let p={name:r.name,number:r.number,...ce(r.kind,r)};p.number.trim()||delete p.number;try{o((await y("POST","subscribers",p)).value,p)}catch(b){$(b)}};return s`<${P} title=${f.add} onClose=${e}><form onSubmit=${u}>
        <${k} problem=${a} />
        ${i("name",f.name,f.nameHint)}
        ${i("number",f.number,f.numberHint)}
        <${M} label=${f.secret} value=${r.kind} onChange=${c("kind")} options=${[["password",f.password],["opc",f.kOpc],["op",f.kOp]]} />
        ${r.kind==="password"?i("password",f.password,f.passwordHint):s`
            ${i("k","K",f.keyHint)}
            ${r.kind==="op"?i("op","OP",f.opHint):i("opc","OPc",f.opcHint)}`}
        <div class="row"><button class="primary">${f.add}</button><button type="button" onClick=${e}>${m.cancel}</button></div>
    </form></${P}>`}function de({state:t}){return s`<span class=${`pill ${t==="registered"?"good":""}`}>${f.states[t]??t}</span>`}function pe(t){return t.sets.flatMap(e=>e.publics)}function me({s:t}){let e=pe(t),o=e.find(r=>!r.barred)??e[0];return s`<tr ...${gt()}>
        <td><a href=${x("subscribers",{},String(t.id))}><${V} text=${o?.display_name||o?.impu||t.privates[0]?.impi} /></a></td>
        <td class="mono">${e.map(r=>s`<div><${V} text=${r.impu} />${r.barred?` (${f.barred})`:""}</div>`)}</td>
        <td>${t.privates.map(r=>s`<div>${[r.aka&&r.aka.algorithm,r.digest&&`digest ${r.digest.algorithm??""}`].filter(Boolean).join(", ")}</div>`)}</td>
        <td>${[...new Set(t.sets.map(r=>r.state).filter(Boolean))].map(r=>s`<${de} state=${r} />`)}</td></tr>`}function fe(){let t=(Q.value?.networks??[]).map(e=>e.domain);return t.length<2?null:s`<select aria-label=${f.network} value=${X.value||t[0]} onChange=${e=>E({network:e.target.value,after:""})}>
        ${t.map(e=>s`<option value=${e}>${e}</option>`)}</select>`}function be(t){let e=mt(t),o=Q.value?.networks.length>1&&e&&X.value!==e?e:"";return A(()=>{o&&E({network:o})},[o]),!o&&Q.value}function he({params:t}){let e=t.get("q")??"",o=t.get("after")??"",r=t.get("add"),[n,a]=d(r===null?"":"one"),$=()=>{a(""),r!==null&&E({add:""})},{value:c,problem:i,reload:u}=I(`subscribers?limit=50${e?`&q=${O(e)}`:""}${o?`&after=${O(o)}`:""}`),l=j.value?.role!=="viewer";return s`
        <div class="head"><h1>${f.title}</h1>
            <nav class="row" aria-label=${f.title}>
                <a class="button" href=${x("subscribers",{},"catalogue")}>${m.catalogue.title}</a>
                <a class="button" href=${x("subscribers",{},"changes")}>${f.changes}</a></nav>
            <div class="end">
                <select aria-label=${f.exportAs} value="" onChange=${p=>{p.target.value&&location.assign(`api/v1/${dt(`export?format=${p.target.value}`)}`),p.target.value=""}}>
                    <option value="">${f.exportAs}…</option><option value="csv">CSV</option><option value="yaml">YAML</option></select>
                ${l&&s`<button onClick=${()=>a("import")}>${f.importFile}</button><button onClick=${()=>a("many")}>${f.many}</button>
                    <button class="primary" onClick=${()=>a("one")}>${f.add}</button>`}
            </div></div>
        <p class="lead">${f.lead}</p>
        <div class="row filters" role="search">
            <input type="search" class="wide-search" aria-label=${f.search} placeholder=${f.search} value=${e} onInput=${p=>E({q:p.target.value,after:""})} />
            <${fe} /></div>
        <${k} problem=${i} />
        ${c&&s`<div class="card"><table>
            <thead><tr><th>${f.name}</th><th>${f.identities}</th><th>${f.proof}</th><th>${f.state}</th></tr></thead>
            <tbody>${c.subscribers.map(p=>s`<${me} key=${p.id} s=${p} />`)}</tbody></table>
            ${c.subscribers.length===0&&s`<div class="empty"><p>${e?f.noneFound:f.none}</p></div>`}
            <div class="row"><span class="quiet">${f.total(c.total)}</span>
                ${o&&s`<button onClick=${()=>E({after:""})}>${f.firstPage}</button>`}
                ${c.next_after&&s`<button onClick=${()=>E({after:c.next_after})}>${f.nextPage}</button>`}
            </div></div>`}
        ${n==="import"&&s`<${Mt} onClose=${$} onDone=${u} />`}
        ${n==="many"&&s`<${Rt} onClose=${$} onDone=${u} />`}
        ${n==="one"&&s`<${ue} name=${r??""} onClose=${$} onAdded=${(p,b)=>{G.value={id:String(p.id),password:b.password},z("subscribers",{new:1},String(p.id))}} />`}`}function sr({rest:t,params:e}){return be(t[0])?t[0]==="catalogue"?s`<${St} />`:t[0]==="changes"?s`<${Ct} params=${e} />`:t[0]?s`<${Dt} key=${t[0]} id=${t[0]} isNew=${e.get("new")==="1"} editing=${e.get("edit")==="1"} />`:s`<${he} key=${X.value} params=${e} />`:s`<p>${m.loading}</p>`}export{sr as SubscribersView};
