import{a as vt,b as yt}from"./chunk-A3YBZVXG.js";import{a as kt}from"./chunk-DEJA3BMG.js";import{a as wt}from"./chunk-JCNMH34H.js";import{a as U,b as gt,e as D}from"./chunk-KLMTAAWV.js";import"./chunk-HGWHMU3J.js";import{A as ht,f as bt,s as Y,u as N,z as W}from"./chunk-MZ56PTYN.js";import{a as pt,b as mt,c as k,d as ft,e as P}from"./chunk-ERRUEHUQ.js";import{a as St,b as Z}from"./chunk-R2QFKQUQ.js";import{f as Ct}from"./chunk-YNLXMEDW.js";import{a as S,b as M,c as h,d as Q}from"./chunk-O5HOKRHQ.js";import{b as p,c as B,i as dt,m as _,n as O,o as K,p as q,q as m,r as s}from"./chunk-NZIIG6TN.js";var H=m.editor,Bt=new Set(["id","version"]),Ut={subscriber:()=>import("./form-CNBKYYMQ.js").then(t=>t.SubscriberForm),profile:()=>import("./criteria-2EOTSTSI.js").then(t=>t.ProfileForm),criteria:()=>import("./criteria-2EOTSTSI.js").then(t=>t.CriteriaForm),charging:()=>import("./criteria-2EOTSTSI.js").then(t=>t.ChargingForm)};function Gt(t){return JSON.stringify(t,null,2)}function Xt({problem:t}){if(!t)return null;let e=t.errors?.filter(r=>r.pointer)??[];return e.length===0?s`<${h} problem=${t} />`:s`<div class="banner bad" role="alert"><ul>${e.map(r=>s`<li><code>${r.pointer}</code> ${r.detail}</li>`)}</ul></div>`}function Jt({kind:t,title:e,says:r,path:o,id:a,value:l,etag:n,onClose:i,onSaved:u}){let[c,$]=p(()=>Object.fromEntries(Object.entries(l).filter(([w])=>!Bt.has(w)))),[d,b]=p(null),[y,I]=p("form"),[X,J]=p(null),[L,V]=p(!1),[A,Ht]=p(null);B(()=>{Ut[t]().then(w=>Ht(()=>w))},[t]);let Lt=w=>{V(!1),$(w)},lt=()=>d===null?c:JSON.parse(d),$t=w=>J(w instanceof SyntaxError?{message:`${H.noJson} ${w.message}`}:w),Vt=w=>{try{let j=lt(),tt=Ct(j);if(tt){J({message:H.expected(tt.path,tt.kind)});return}J(ut=>ut instanceof pt?ut:null),$(j),b(w==="json"?Gt(j):null),I(w)}catch(j){$t(j)}},ct=async w=>{V(!1);try{let j=await k("PUT",`${o}${w?"?dry_run=true":""}`,lt(),{headers:n?{"If-Match":n}:{}});J(null),w?V(!0):u(j.value)}catch(j){$t(j)}};return s`<${S} title=${e} look="drawer" onClose=${i}>
        <p class="quiet">${r}</p>
        <${vt} list=${["form","json",...t==="profile"||t==="criteria"?["xml"]:[]].map(w=>[w,H.tabs[w]])} shown=${y} panel="edit-panel" onChoose=${Vt} />
        <div class="sheet" id="edit-panel" role="tabpanel" aria-labelledby=${`edit-panel-${y}`} tabindex="0">
            ${y==="form"&&(A?s`<${A} form=${{model:c,change:Lt,problem:X}} id=${a} />`:s`<p>${m.loading}</p>`)}
            ${y==="json"&&s`<textarea class="model" aria-label=${H.model} rows="26" spellcheck=${!1} value=${d} onInput=${w=>{V(!1),b(w.target.value)}}></textarea>`}
            ${y==="xml"&&s`<pre>${Z(c.ifc??[])}</pre>`}</div>
        <${Xt} problem=${X} />
        ${L&&s`<div class="banner good" role="status">✓ ${H.good}</div>`}
        <div class="row"><button class="primary" onClick=${()=>ct(!1)}>${m.save}</button><button onClick=${()=>ct(!0)}>${H.check}</button><button onClick=${i}>${m.cancel}</button></div></${S}>`}function et({path:t,title:e,onClose:r,...o}){let[a,l]=p(null),[n,i]=p(null);return B(()=>{k("GET",t).then(l,i)},[t]),n?s`<${S} title=${e} onClose=${r}><${h} problem=${n} /></${S}>`:a&&s`<${Jt} path=${t} title=${e} value=${a.value} etag=${a.etag} onClose=${r} ...${o} />`}function xt({id:t,onClose:e,onSaved:r}){return s`<${et} kind="subscriber" title=${H.title} says=${H.says} path=${`subscribers/${P(t)}`} id=${t} onClose=${e} onSaved=${r} />`}var v=m.ifc;function st({list:t,asXml:e}){return e?s`<pre>${Z(t)}</pre>`:s`<ol class="plain">${[...t].sort((r,o)=>(r.priority??0)-(o.priority??0)).map(r=>s`<li class="criterion">
        <span class="pill">${r.priority??0}</span> ${St(r)}</li>`)}</ol>`}function G({kind:t,path:e,title:r,says:o,canChange:a,extra:l,children:n}){let{value:i,problem:u,reload:c}=D(e),[$,d]=p(!1),[b,y]=p(!1),I=()=>{d(!1),c()};if(!i)return s`<${h} problem=${u} />`;let X=i.ifc?.length>0;return s`<h3>${r}</h3><${h} problem=${u} />${n(i,b)}
        <div class="row">${X&&s`<button aria-pressed=${b} onClick=${()=>y(!b)}>XML</button>`}
            ${a&&s`<button aria-label=${`${v.edit}: ${r}`} onClick=${()=>d(!0)}>${v.edit}</button>`}${l}</div>
        ${$&&s`<${et} kind=${t} title=${r} says=${o} path=${e} onClose=${I} onSaved=${I} />`}`}function rt({name:t,canChange:e,extra:r}){return s`<${G} kind="profile" path=${`profiles/${P(t)}`} title=${v.profile(t)} says=${v.editSays} canChange=${e} extra=${r}>${(o,a)=>s`
        ${o.ifc?.length?s`<${st} list=${o.ifc} asXml=${a} />`:s`<p>${v.none}</p>`}
        ${o.services?.length>0&&s`<p class="quiet">${v.servicesAre(o.services.join(", "))}</p>`}
        ${o.shared_ifc?.length>0&&s`<p>${v.shared(o.shared_ifc.join(", "))}</p>`}`}</${G}>`}function zt({a:t}){return s`<div role="status">
        <p><strong>${t.next?v.goesTo(t.next):v.goesOn}</strong> <span class="quiet">${t.method}, ${t.session_case}</span></p>
        ${t.criteria.map(e=>s`<p><span class=${`pill ${e.matched?"good":""}`}>${e.matched?`\u2713 ${v.matches}`:`\u2717 ${v.matchesNot}`}</span> ${e.priority}, ${e.server}: ${e.sentence}</p>`)}</div>`}function Kt(t){let[e,r]=t.replace(/^\w+:/,"").split("@");return`sip:${e==="bob"?"alice":"bob"}@${r??_.value??W.value[0]?.domain}`}function Qt({identity:t}){let[e,r]=p({request:`INVITE ${Kt(t)}`,session_case:"originating",registered:""}),[o,a]=p(null),[l,n]=p(null),i=c=>$=>r({...e,[c]:$.target.value}),u=c=>{c.preventDefault();let $={identity:t,request:e.request,session_case:e.session_case,...e.registered&&{registered:e.registered==="yes"}};k("POST","ifc/test",$).then(({value:d})=>{n(null),a(d)},n)};return s`<h3>${v.test}</h3><form onSubmit=${u}><${h} problem=${l} />
        <div class="field"><label>${v.request} <textarea rows="3" spellcheck=${!1} value=${e.request} onInput=${i("request")}></textarea></label></div>
        <div class="grid"><${M} label=${v.sessionCase} value=${e.session_case} onChange=${i("session_case")} options=${Object.entries(v.cases)} />
        <${M} label=${v.registered} value=${e.registered} onChange=${i("registered")} options=${Object.entries(v.registeredAs)} /></div>
        <button class="primary">${v.run}</button></form>
        ${o&&s`<${zt} a=${o} />`}`}function Ot({s:t,canChange:e}){let r=kt(),o=t.sets.flatMap(n=>n.publics),a=[...new Set(o.map(n=>n.profile).filter(Boolean))],l=o.find(n=>!n.barred)?.impu;return s`<section class="card wide" aria-label=${v.title}><h2>${v.title}</h2><p class="quiet">${v.says} <a href=${O("subscribers",{},"catalogue")}>${m.catalogue.title}</a></p>
        ${a.length?a.map(n=>s`<${rt} key=${n} name=${n} canChange=${e} />`):s`<p>${v.noProfile}</p>`}
        ${e&&l&&r("post","/ifc/test")&&s`<${Qt} identity=${l} />`}</section>`}var C=m.catalogue,ot=m.ifc;function Yt({name:t,canChange:e,extra:r}){return s`<${G} kind="criteria" path=${`shared-ifc/${P(t)}`} title=${C.sharedNo(t)} says=${ot.editSays} canChange=${e} extra=${r}>
        ${(o,a)=>o.ifc?.length?s`<${st} list=${o.ifc} asXml=${a} />`:s`<p>${ot.none}</p>`}</${G}>`}function Wt({name:t,canChange:e,extra:r}){return s`<${G} kind="charging" path=${`charging/${P(t)}`} title=${t} says=${C.chargingSays} canChange=${e} extra=${r}>
        ${o=>s`<table><tbody>${Object.entries(ot.chargingNames).filter(([a])=>o[a]).map(([a,l])=>s`<tr><th>${l}</th><td class="mono">${o[a]}</td></tr>`)}</tbody></table>`}</${G}>`}var Zt=[{path:"profiles",list:"profiles",key:"name",title:C.profiles,says:C.profilesSay,hint:C.nameHint,View:rt,fresh:{}},{path:"shared-ifc",list:"shared_ifc",key:"id",title:C.shared,says:C.sharedSays,hint:C.numberHint,View:Yt,fresh:{ifc:[]}},{path:"charging",list:"charging",key:"name",title:C.charging,says:C.chargingSays,hint:C.nameHint,View:Wt,fresh:{ccf:"aaa://ccf.example"}}];function te({part:t,canChange:e}){let{value:r,problem:o,reload:a}=D(t.path),[l,n]=p(""),[i,u]=p(null),c=b=>b.then(()=>{u(null),n(""),a()},u),$=b=>{b.preventDefault(),c(k("PUT",`${t.path}/${P(l.trim())}`,t.fresh,{headers:{"If-None-Match":"*"}}))},d=(r?.[t.list]??[]).map(b=>b[t.key]);return s`<section class="card" aria-label=${t.title}><h2>${t.title}</h2><p class="quiet">${t.says}</p><${h} problem=${i??o} />
        ${d.map(b=>s`<div class="entry" key=${b}><${t.View} name=${b} canChange=${e}
            extra=${e&&s`<button class="danger" aria-label=${C.drop(b)} onClick=${()=>c(k("DELETE",`${t.path}/${P(b)}`))}>${m.subscribers.remove}</button>`} /></div>`)}
        ${r&&d.length===0&&s`<p>${C.none}</p>`}
        ${e&&s`<form class="row adding" onSubmit=${$}><${M} label=${C.newOne} hint=${t.hint} value=${l} onInput=${b=>n(b.target.value)} required />
            <button class="primary">${C.add}</button></form>`}</section>`}function Pt(){let t=N.value?.role!=="viewer";return s`<div class="head"><a href=${O("subscribers")}>${m.subscribers.title}</a> <span aria-hidden="true">/</span> <h1>${C.title}</h1></div>
        <p class="lead">${C.lead}</p>
        <div class="cards">${Zt.map(e=>s`<${te} key=${e.path} part=${e} canChange=${t} />`)}</div>`}var F=m.changes;function ee(t){return new Date(t).toLocaleString("sv-SE")}function se({e:t,undo:e}){let r=t.can_undo&&!t.undone_by&&N.value?.role!=="viewer";return s`<tr>
        <td class="number">${t.number}</td><td>${ee(t.time)}</td><td>${t.who}</td><td>${F.actions[t.action]??t.action}</td>
        <td class="mono">${t.what}${(t.before||t.after)&&s`<details><summary>${F.details}</summary>
            ${t.before&&s`<h3>${F.before}</h3><pre>${JSON.stringify(t.before,null,1)}</pre>`}${t.after&&s`<h3>${F.after}</h3><pre>${JSON.stringify(t.after,null,1)}</pre>`}</details>`}</td>
        <td>${t.undone_by?s`<span class="pill">${F.undone(t.undone_by)}</span>`:r?s`<button onClick=${()=>e(t.number)} aria-label=${`${F.undo} ${t.number}`}>${F.undo}</button>`:s`<span class="quiet">${t.why_not}</span>`}</td></tr>`}function Et({params:t}){let e=t.get("before")??"",{value:r,problem:o,reload:a}=D(`audit?limit=50${e?`&before=${e}`:""}`),[l,n]=p(null),i=u=>k("POST",`audit/${u}/undo`).then(()=>{n(null),a()},n);return s`
        <div class="head"><a href=${O("subscribers")}>${m.subscribers.title}</a> <span aria-hidden="true">/</span> <h1>${F.title}</h1></div>
        <p class="lead">${F.lead}</p><${h} problem=${l??o} />
        ${r&&s`<div class="card scroll"><table class="tight"><thead><tr>${F.columns.map((u,c)=>s`<th class=${c===0?"number":""}>${u}</th>`)}<th><span class="sr">${F.undo}</span></th></tr></thead>
            <tbody>${r.entries.map(u=>s`<${se} key=${u.number} e=${u} undo=${i} />`)}</tbody></table>
            <div class="row">${e&&s`<button onClick=${()=>q({before:""})}>${m.subscribers.firstPage}</button>`}
                ${r.next_before&&s`<button onClick=${()=>q({before:r.next_before})}>${m.subscribers.nextPage}</button>`}</div></div>`}`}var T=m.subscribers.phone;function re(t){let e=(t.digest?.algorithm??"MD5")==="MD5";return t.aka?["sim"]:[t.digest&&"linphone",t.digest&&e&&"baresip"].filter(Boolean)}function Tt(t){let e=t.privates.flatMap(o=>re(o).map(a=>({id:`${a} ${o.impi}`,kind:a,impi:o.impi}))),r=o=>e.filter(a=>a.kind===o).length>1;return e.map(o=>({...o,name:r(o.kind)?`${T.kinds[o.kind]}, ${o.impi}`:T.kinds[o.kind]}))}function qt(t,e,r){let o=r.find($=>$.role==="hss"&&$.domain===e.split("@")[1])?.domain,l=r.find($=>$.role==="pcscf"&&(!o||$.domain===o))?.listeners.find($=>$.trust==="gm"),i=t.sets.filter($=>!$.privates||$.privates.includes(e)).flatMap($=>$.publics).find($=>$.impu.startsWith("sip:")&&!$.barred)?.impu??"",[u,c]=i.replace(/^sip:/,"").split("@");return{user:u,domain:c,impi:e,impu:i,proxy:l?.advertised??l?.at??""}}function _t(t,e,r,o){let a=o||T.yours;return{linphone:[[T.user,e.user],[T.auth,e.impi],[T.domain,e.domain],[T.secret,a],[T.proxy,`<sip:${e.proxy};transport=udp>`],[T.transport,"UDP"]],baresip:[["~/.baresip/accounts",`<sip:${e.user}@${e.domain};transport=udp>;auth_user=${e.impi};auth_pass=${a};outbound="sip:${e.proxy};lr";regint=600`]],sim:[["K",r?.k??T.revealFirst],["OPc",r?.opc??T.revealFirst],["IMPI",e.impi],["IMPU",e.impu],[T.domain,e.domain],["P-CSCF",e.proxy]]}[t]}function Mt(t,e,r){return t!=="baresip"||e.impi!==`${e.user}@${e.domain}`?"":["tools/phone",...[e.user,r||T.yours,e.proxy,...e.domain==="ims.example"?[]:[e.domain]].map(a=>/^[\w.:@+-]+$/.test(a)?a:`'${a.replaceAll("'","'\\''")}'`)].join(" ")}function Dt(t){return t.length===1?t[0][1]:t.map(([e,r])=>`${e}: ${r}`).join(`
`)}var x=m.subscribers.phone,z=dt(null);function oe(t,e){let r=z.value;return r?.network===_.value&&r.id===t.id&&r.impi===e?r.password:""}function ne({text:t}){let[e,r]=p(null);return B(()=>{let o=!0;return import("./qrcode-CCTWPE6S.js").then(({default:a})=>{let l=a(0,"M");l.addData(t),l.make();let n=l.getModuleCount(),i="";for(let u=0;u<n;u++)for(let c=0;c<n;c++)l.isDark(u,c)&&(i+=`M${c} ${u}h1v1h-1z`);o&&r({n,path:i})}),()=>{o=!1}},[t]),e?s`<svg class="qr" role="img" aria-label=${x.qr} viewBox=${`-2 -2 ${e.n+4} ${e.n+4}`} shape-rendering="crispEdges">
        <rect x="-2" y="-2" width=${e.n+4} height=${e.n+4} fill="#fff" /><path d=${e.path} fill="#000" /></svg>`:s`<p>${m.loading}</p>`}function Ft({text:t}){let[e,r]=p("");return navigator.clipboard?s`<button onClick=${()=>navigator.clipboard.writeText(t).then(()=>r(t),()=>r(""))}>${x.copy}</button><span role="status">${e===t&&s`<span class="pill good">✓ ${x.copied}</span>`}</span>`:null}function Rt({s:t,secrets:e}){let r=Tt(t),[o,a]=p(""),[l,n]=p(!1),i=r.find(y=>y.id===o)??r[0];if(!i)return s`<section class="card tallest" aria-label=${x.title}><h2>${x.title}</h2><p>${x.none}</p></section>`;let u=qt(t,i.impi,W.value),c=oe(t,i.impi),$=_t(i.kind,u,e[i.impi],c),d=Mt(i.kind,u,c),b=Dt($);return s`<section class="card tallest" aria-label=${x.title}><h2>${x.title}</h2>
        ${r.length>1&&s`<div class="row kinds" role="group" aria-label=${x.kind}>${r.map(y=>s`<button key=${y.id} aria-pressed=${y===i} onClick=${()=>a(y.id)}>${y.name}</button>`)}</div>`}
        <p class="quiet">${x.says[i.kind]} ${i.kind==="sim"?"":c?x.given:x.forgotten(x.yours)}</p>
        <table><tbody>${$.map(([y,I])=>s`<tr><th>${y}</th><td class="mono"><${U} text=${I} /></td></tr>`)}</tbody></table>
        <p class="row"><${Ft} text=${b} /><button aria-expanded=${l} aria-controls="phone-qr" onClick=${()=>n(!l)}>${l?x.hideQr:x.qr}</button></p>
        ${d&&s`<p class="quiet">${x.command}</p><p class="row"><code>${d}</code><${Ft} text=${d} /></p>`}
        <div id="phone-qr">${l&&s`<${ne} text=${b} /><p class="quiet">${x.qrSays[i.kind]}</p>`}</div></section>`}var R=m.imports,nt=1<<19,ae=250,at=new Set(["done","failed","cancelled"]);async function ie(t,e,r,o){let a=/\.csv$/i.test(t.name)?"csv":"yaml",l=await r("POST","imports",{format:a,name:t.name});try{for(let n=0;n<t.size;n+=nt){let i=await t.slice(n,n+nt).arrayBuffer();await r("PUT",`imports/${l.id}/part?offset=${n}`,i,{type:"application/octet-stream"}),o({...l,sent:Math.min(t.size,n+nt)/t.size})}await r("POST",`imports/${l.id}/run${e?"?dry_run=true":""}`)}catch(n){throw r("DELETE",`imports/${l.id}`).catch(()=>{}),n}return l.id}async function le(t,e,r){let o=_.value,a=async(n,i,u,c)=>(await k(n,i,u,{...c,network:o})).value,l=await ie(t,e,a,r);for(;;){let n=await a("GET",`imports/${l}`);if(r(n),at.has(n.state))return;await new Promise(i=>{setTimeout(i,ae)})}}function $e({s:t}){let e=t.subscribers?(t.stored??0)/t.subscribers:null;return s`<div role="status">
        <p>${R.states[t.state]}${t.sent<1&&t.state==="open"?` ${Math.round(t.sent*100)} %`:""}</p>
        ${!at.has(t.state)&&s`<progress aria-label=${R.progress} value=${t.state==="open"?t.sent:e} max="1"></progress>`}
        ${t.state==="done"&&s`<p>${t.dry_run?R.would(t.inserted,t.unchanged):R.did(t.inserted,t.unchanged)}</p>`}
        ${t.detail&&s`<p class="banner bad">${t.detail}</p>`}
        ${t.errors?.length>0&&s`<div class="scroll tall"><table><thead><tr><th>${R.line}</th><th>${R.wrong}</th></tr></thead>
            <tbody>${t.errors.map(r=>s`<tr><td class="number">${r.line}${r.column?`:${r.column}`:""}</td><td>${r.detail}</td></tr>`)}</tbody></table></div>`}</div>`}function At({onClose:t,onDone:e}){let[r,o]=p(null),[a,l]=p(null),[n,i]=p(null),u=a&&!at.has(a.state)&&!n,c=$=>{i(null),le(r,$,l).then(e,i)};return s`<${S} title=${R.title} onClose=${t}>
        <p>${R.says}</p><${h} problem=${n} />
        <p><label>${R.file} <input type="file" accept=".yaml,.yml,.csv" onChange=${$=>{o($.target.files[0]??null),l(null)}} /></label></p>
        ${a&&s`<${$e} s=${a} />`}
        <div class="row"><button class="primary" disabled=${!r||u} onClick=${()=>c(!1)}>${R.run}</button>
            <button disabled=${!r||u} onClick=${()=>c(!0)}>${R.check}</button><button onClick=${t}>${m.close}</button></div></${S}>`}var E=m.many,it=["number","impi","password","k","opc"];function ce(t){let e=r=>/[",\n]/.test(r??"")?`"${r.replace(/"/g,'""')}"`:r??"";return[it.join(","),...t.map(r=>it.map(o=>e(r[o])).join(","))].join(`
`)+`
`}function ue({result:t,onClose:e}){let r=it.filter(o=>t.subscribers.some(a=>a[o]));return s`<p role="status">${E.created(t.created)}</p>
        <div class="scroll tall"><table><thead><tr>${r.map(o=>s`<th>${E.columns[o]}</th>`)}</tr></thead>
            <tbody>${t.subscribers.map(o=>s`<tr>${r.map(a=>s`<td class="mono">${o[a]}</td>`)}</tr>`)}</tbody></table></div>
        <div class="row"><button class="primary" onClick=${()=>yt("subscribers.csv","text/csv",ce(t.subscribers))}>${E.keep}</button>
            <button onClick=${e}>${m.close}</button></div>`}function jt({onClose:t,onDone:e}){let[r,o]=p({first:"1101",count:"30",name:"",generate:"password"}),[a,l]=p(null),[n,i]=p(null),u=($,d,b)=>s`<${M} label=${d} hint=${b} value=${r[$]} bad=${Q(a,$)}
        onInput=${y=>o({...r,[$]:y.target.value})} />`,c=$=>{$.preventDefault();let d={first:r.first.trim(),count:Number(r.count),generate:r.generate,...r.name&&{name:r.name}};k("POST","subscribers/ranges",d).then(({value:b})=>{i(b),e()},l)};return s`<${S} title=${E.title} onClose=${t}>${n?s`<${ue} result=${n} onClose=${t} />`:s`<form onSubmit=${c}>
        <p>${E.says}</p><${h} problem=${a} />
        ${u("first",E.first,E.firstHint)}${u("count",E.count,E.countHint)}${u("name",E.name,E.nameHint)}
        <${M} label=${E.generate} value=${r.generate} onChange=${$=>o({...r,generate:$.target.value})} options=${[["password",E.passwords],["key",E.keys]]} />
        <div class="row"><button class="primary">${E.add}</button><button type="button" onClick=${t}>${m.cancel}</button></div></form>`}</${S}>`}var g=m.subscribers,de=3e3;function Nt(t){return t.publics.find(e=>!e.barred&&!e.type?.startsWith("wildcarded"))?.impu}function pe({s:t}){return s`<section class="card"><h2>${g.identities}</h2>
        ${t.sets.map((e,r)=>s`
            <h3>${t.sets.length>1?g.setNumber(r+1):g.oneSet}</h3>
            <table><tbody>${e.publics.map(o=>s`<tr>
                <td><span class="mono"><${U} text=${o.impu} /></span> <span class="quiet">${o.display_name}</span></td>
                <td class="rightmost">${o.impu===Nt(e)?s`<span class="pill good">${g.isDefault}</span>`:o.barred&&s`<span class="pill warn">${g.barred}</span>`}</td></tr>`)}</tbody></table>`)}
        <p class="quiet">${g.setSays}</p></section>`}function me({id:t,impi:e,secrets:r,setSecrets:o}){let[a,l]=p(null),n=()=>ft(`subscribers/${t}/private/${P(e)}/secrets`).then(o,l);return r?s`<table><tbody>${Object.entries(r).filter(([,i])=>typeof i=="string").map(([i,u])=>s`<tr><th>${g.secretNames[i]??i}</th><td class="mono">${u}</td></tr>`)}
        ${(r.ha1??[]).map(i=>s`<tr><th>HA1 ${i.algorithm}</th><td class="mono">${i.value}</td></tr>`)}</tbody></table>`:s`<${h} problem=${a} /><button onClick=${n}>${g.reveal}</button> <span class="quiet">${g.revealSays}</span>`}function fe({s:t,secrets:e,setSecrets:r}){return s`<section class="card"><h2>${g.proof}</h2>
        ${t.privates.map(o=>s`
            <h3 class="mono">${o.impi}</h3>
            <p>${o.aka&&g.akaSays(o.aka.algorithm)} ${o.digest&&g.digestSays(o.digest.algorithm??"MD5")}</p>
            ${N.value?.role!=="viewer"&&s`<${me} id=${t.id} impi=${o.impi} secrets=${e[o.impi]} setSecrets=${a=>r({...e,[o.impi]:a})} />`}`)}
    </section>`}function be({s:t}){let{value:e,problem:r}=D(`subscribers/${t.id}/registration`,de),o=new Set([...t.sets.flatMap(n=>n.publics).map(n=>n.impu),...t.privates.map(n=>n.impi)]),a=bt().find(n=>n.method==="REGISTER"&&n.kind!=="note"&&!n.solved&&o.has(n.subject)),l=[...new Set((e?.sets??[]).map(n=>n.state))];return s`<div class="row" role="status">${r?s`<${h} problem=${r} />`:l.map(n=>s`<span class=${`pill ${n==="registered"?"good":""}`}>${g.states[n]??n}</span>`)}
        ${a&&s`<span>${g.lastFailure} <span class="quiet">${gt(a)}</span> <a href=${O("doctor",{id:a.id})}>${a.title}</a></span>`}</div>`}function It({id:t,isNew:e,editing:r}){let o=A=>q({edit:A?1:""}),[a,l]=p({}),n=N.value?.role!=="viewer",[i,u]=p(!1),{value:c,problem:$,reload:d}=D(`subscribers/${P(t)}`),[b,y]=p(null),I=()=>{o(!1),l({}),z.value=null,d()},X=()=>k("DELETE",`subscribers/${c.id}`,void 0,{headers:{"If-Match":`"${c.version}"`}}).then(()=>K("subscribers"),A=>{u(!1),y(A),d()}),J=$?.status===404&&!r;if($&&(!c||J))return s`<${h} problem=${$} /><a href=${O("subscribers")}>${g.back}</a>`;if(!c)return s`<p>${m.loading}</p>`;let L=c.sets.map(Nt).find(Boolean)??c.sets[0]?.publics[0]?.impu,V=c.sets.flatMap(A=>A.publics).find(A=>A.impu===L)?.display_name||L||c.privates[0]?.impi;return s`
        <div class="head"><a href=${O("subscribers")}>${g.title}</a> <span aria-hidden="true">/</span> <h1>${V}</h1>
            <div class="end">
                ${L&&s`<a class="button" href=${O("registrations",{},L)}>${g.whereRegistered}</a><a class="button" href=${O("ladder",{user:L})}>${g.messages}</a>`}
                ${n&&s`<button onClick=${()=>o(!0)}>${g.edit}</button><button class="danger" onClick=${()=>u(!0)}>${g.remove}</button>`}
            </div></div>
        ${!i&&s`<${be} s=${c} />`}
        ${e&&s`<div class="banner good" role="status">${g.added}</div>`}
        <${h} problem=${$} /><${h} problem=${b} />
        <div class="cards person"><div class="stack"><${pe} s=${c} /><${fe} s=${c} secrets=${a} setSecrets=${l} /></div><${Rt} s=${c} secrets=${a} /><${Ot} s=${c} canChange=${n} /></div>
        ${r&&s`<${xt} id=${c.id} onClose=${()=>o(!1)} onSaved=${I} />`}
        ${i&&s`<${S} title=${g.removeAsk(V)} onClose=${()=>u(!1)}>
            <p>${g.removeSays}</p><div class="row"><button class="danger" onClick=${X}>${g.remove}</button><button onClick=${()=>u(!1)}>${m.cancel}</button></div></${S}>`}`}var f=m.subscribers;function he(t,{password:e,k:r,op:o,opc:a}){return t==="password"?{password:e}:t==="op"?{k:r,op:o}:{k:r,opc:a}}function ge({name:t,onClose:e,onAdded:r}){let[o,a]=p({name:t,number:"",kind:"password",password:"",k:"",op:"",opc:""}),[l,n]=p(null),i=$=>d=>a({...o,[$]:d.target.value}),u=($,d,b)=>s`<${M} label=${d} hint=${b} value=${o[$]} onInput=${i($)} bad=${Q(l,$)} />`,c=async $=>{$.preventDefault();let d={name:o.name,number:o.number,...he(o.kind,o)};d.number.trim()||delete d.number;try{r((await k("POST","subscribers",d)).value,d)}catch(b){n(b)}};return s`<${S} title=${f.add} onClose=${e}><form onSubmit=${c}>
        <${h} problem=${l} />
        ${u("name",f.name,f.nameHint)}
        ${u("number",f.number,f.numberHint)}
        <${M} label=${f.secret} value=${o.kind} onChange=${i("kind")} options=${[["password",f.password],["opc",f.kOpc],["op",f.kOp]]} />
        ${o.kind==="password"?u("password",f.password,f.passwordHint):s`
            ${u("k","K",f.keyHint)}
            ${o.kind==="op"?u("op","OP",f.opHint):u("opc","OPc",f.opcHint)}`}
        <div class="row"><button class="primary">${f.add}</button><button type="button" onClick=${e}>${m.cancel}</button></div>
    </form></${S}>`}function ve({state:t}){return s`<span class=${`pill ${t==="registered"?"good":""}`}>${f.states[t]??t}</span>`}function ye(t){return t.sets.flatMap(e=>e.publics)}function we({s:t}){let e=ye(t),r=e.find(o=>!o.barred)??e[0];return s`<tr ...${wt()}>
        <td><a href=${O("subscribers",{},String(t.id))}><${U} text=${r?.display_name||r?.impu||t.privates[0]?.impi} /></a></td>
        <td class="mono">${e.map(o=>s`<div><${U} text=${o.impu} />${o.barred?` (${f.barred})`:""}</div>`)}</td>
        <td>${t.privates.map(o=>s`<div>${[o.aka&&o.aka.algorithm,o.digest&&`digest ${o.digest.algorithm??""}`].filter(Boolean).join(", ")}</div>`)}</td>
        <td>${[...new Set(t.sets.map(o=>o.state).filter(Boolean))].map(o=>s`<${ve} state=${o} />`)}</td></tr>`}function ke(){let t=(Y.value?.networks??[]).map(e=>e.domain);return t.length<2?null:s`<select aria-label=${f.network} value=${_.value||t[0]} onChange=${e=>q({network:e.target.value,after:""})}>
        ${t.map(e=>s`<option value=${e}>${e}</option>`)}</select>`}function Se(t){let e=ht(t),r=Y.value?.networks.length>1&&e&&_.value!==e?e:"";return B(()=>{r&&q({network:r})},[r]),!r&&Y.value}function Ce({params:t}){let e=t.get("q")??"",r=t.get("after")??"",o=t.get("add"),[a,l]=p(o===null?"":"one"),n=()=>{l(""),o!==null&&q({add:""})},{value:i,problem:u,reload:c}=D(`subscribers?limit=50${e?`&q=${P(e)}`:""}${r?`&after=${P(r)}`:""}`),$=N.value?.role!=="viewer";return s`
        <div class="head"><h1>${f.title}</h1>
            <nav class="row" aria-label=${f.title}>
                <a class="button" href=${O("subscribers",{},"catalogue")}>${m.catalogue.title}</a>
                <a class="button" href=${O("subscribers",{},"changes")}>${f.changes}</a></nav>
            <div class="end">
                <select aria-label=${f.exportAs} value="" onChange=${d=>{d.target.value&&location.assign(`api/v1/${mt(`export?format=${d.target.value}`)}`),d.target.value=""}}>
                    <option value="">${f.exportAs}…</option><option value="csv">CSV</option><option value="yaml">YAML</option></select>
                ${$&&s`<button onClick=${()=>l("import")}>${f.importFile}</button><button onClick=${()=>l("many")}>${f.many}</button>
                    <button class="primary" onClick=${()=>l("one")}>${f.add}</button>`}
            </div></div>
        <p class="lead">${f.lead}</p>
        <div class="row filters" role="search">
            <input type="search" class="wide-search" aria-label=${f.search} placeholder=${f.search} value=${e} onInput=${d=>q({q:d.target.value,after:""})} />
            <${ke} /></div>
        <${h} problem=${u} />
        ${i&&s`<div class="card"><table>
            <thead><tr><th>${f.name}</th><th>${f.identities}</th><th>${f.proof}</th><th>${f.state}</th></tr></thead>
            <tbody>${i.subscribers.map(d=>s`<${we} key=${d.id} s=${d} />`)}</tbody></table>
            ${i.subscribers.length===0&&s`<div class="empty"><p>${e?f.noneFound:f.none}</p></div>`}
            <div class="row"><span class="quiet">${f.total(i.total)}</span>
                ${r&&s`<button onClick=${()=>q({after:""})}>${f.firstPage}</button>`}
                ${i.next_after&&s`<button onClick=${()=>q({after:i.next_after})}>${f.nextPage}</button>`}
            </div></div>`}
        ${a==="import"&&s`<${At} onClose=${n} onDone=${c} />`}
        ${a==="many"&&s`<${jt} onClose=${n} onDone=${c} />`}
        ${a==="one"&&s`<${ge} name=${o??""} onClose=${n} onAdded=${(d,b)=>{z.value={network:_.value,id:d.id,impi:d.privates[0].impi,password:b.password},K("subscribers",{new:1},String(d.id))}} />`}`}function pr({rest:t,params:e}){return Se(t[0])?t[0]==="catalogue"?s`<${Pt} />`:t[0]==="changes"?s`<${Et} params=${e} />`:t[0]?s`<${It} key=${t[0]} id=${t[0]} isNew=${e.get("new")==="1"} editing=${e.get("edit")==="1"} />`:s`<${Ce} key=${_.value} params=${e} />`:s`<p>${m.loading}</p>`}export{pr as SubscribersView};
