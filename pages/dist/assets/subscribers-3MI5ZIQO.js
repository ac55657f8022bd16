import{a as Z,b as tt,d as wt,e as kt}from"./chunk-73IDXAUT.js";import{a as Ct}from"./chunk-47347A2W.js";import{a as St}from"./chunk-JCNMH34H.js";import{a as B,b as yt,e as A}from"./chunk-GA4OOP4B.js";import"./chunk-25SJDQ2Z.js";import{A as W,B as vt,f as gt,s as Y,u as N}from"./chunk-BNKZQZUM.js";import{a as ft,b as bt,c as k,d as ht,e as P}from"./chunk-G6M2XPV6.js";import{a as xt,b as et}from"./chunk-NGSW6K2R.js";import{f as Ot}from"./chunk-YNLXMEDW.js";import{a as S,b as M,c as h,d as Q}from"./chunk-F2CIYHVU.js";import{b as p,c as z,i as mt,m as _,n as O,o as K,p as q,q as f,r as s}from"./chunk-E4QB7L5A.js";var H=f.editor,Gt=new Set(["id","version"]),Xt={subscriber:()=>import("./form-LBVUP4T3.js").then(t=>t.SubscriberForm),profile:()=>import("./criteria-4SGIXG73.js").then(t=>t.ProfileForm),criteria:()=>import("./criteria-4SGIXG73.js").then(t=>t.CriteriaForm),charging:()=>import("./criteria-4SGIXG73.js").then(t=>t.ChargingForm)};function Jt(t){return JSON.stringify(t,null,2)}function zt({problem:t}){if(!t)return null;let e=t.errors?.filter(r=>r.pointer)??[];return e.length===0?s`<${h} problem=${t} />`:s`<div class="banner bad" role="alert"><ul>${e.map(r=>s`<li><code>${r.pointer}</code> ${r.detail}</li>`)}</ul></div>`}function Kt({kind:t,title:e,says:r,path:o,id:a,value:l,etag:n,onClose:i,onSaved:u}){let[c,$]=p(()=>Object.fromEntries(Object.entries(l).filter(([w])=>!Gt.has(w)))),[d,b]=p(null),[y,I]=p("form"),[G,X]=p(null),[L,V]=p(!1),{part:F,failed:Vt}=Z(Xt[t],t),Bt=w=>{V(!1),$(w)},ct=()=>d===null?c:JSON.parse(d),ut=w=>X(w instanceof SyntaxError?{message:`${H.noJson} ${w.message}`}:w),Ut=w=>{try{let j=ct(),st=Ot(j);if(st){X({message:H.expected(st.path,st.kind)});return}X(pt=>pt instanceof ft?pt:null),$(j),b(w==="json"?Jt(j):null),I(w)}catch(j){ut(j)}},dt=async w=>{V(!1);try{let j=await k("PUT",`${o}${w?"?dry_run=true":""}`,ct(),{headers:n?{"If-Match":n}:{}});X(null),w?V(!0):u(j.value)}catch(j){ut(j)}};return s`<${S} title=${e} look="drawer" onClose=${i}>
        <p class="quiet">${r}</p>
        <${wt} list=${["form","json",...t==="profile"||t==="criteria"?["xml"]:[]].map(w=>[w,H.tabs[w]])} shown=${y} panel="edit-panel" onChoose=${Ut} />
        <div class="sheet" id="edit-panel" role="tabpanel" aria-labelledby=${`edit-panel-${y}`} tabindex="0">
            ${y==="form"&&(F?s`<${F} form=${{model:c,change:Bt,problem:G}} id=${a} />`:s`<${tt} failed=${Vt} />`)}
            ${y==="json"&&s`<textarea class="model" aria-label=${H.model} rows="26" spellcheck=${!1} value=${d} onInput=${w=>{V(!1),b(w.target.value)}}></textarea>`}
            ${y==="xml"&&s`<pre>${et(c.ifc??[])}</pre>`}</div>
        <${zt} problem=${G} />
        ${L&&s`<div class="banner good" role="status">✓ ${H.good}</div>`}
        <div class="row"><button class="primary" onClick=${()=>dt(!1)}>${f.save}</button><button onClick=${()=>dt(!0)}>${H.check}</button><button onClick=${i}>${f.cancel}</button></div></${S}>`}function rt({path:t,title:e,onClose:r,...o}){let[a,l]=p(null),[n,i]=p(null);return z(()=>{k("GET",t).then(l,i)},[t]),n?s`<${S} title=${e} onClose=${r}><${h} problem=${n} /></${S}>`:a&&s`<${Kt} path=${t} title=${e} value=${a.value} etag=${a.etag} onClose=${r} ...${o} />`}function Pt({id:t,onClose:e,onSaved:r}){return s`<${rt} kind="subscriber" title=${H.title} says=${H.says} path=${`subscribers/${P(t)}`} id=${t} onClose=${e} onSaved=${r} />`}var v=f.ifc;function ot({list:t,asXml:e}){return e?s`<pre>${et(t)}</pre>`:s`<ol class="plain">${[...t].sort((r,o)=>(r.priority??0)-(o.priority??0)).map(r=>s`<li class="criterion">
        <span class="pill">${r.priority??0}</span> ${xt(r)}</li>`)}</ol>`}function U({kind:t,path:e,title:r,says:o,canChange:a,extra:l,children:n}){let{value:i,problem:u,reload:c}=A(e),[$,d]=p(!1),[b,y]=p(!1),I=()=>{d(!1),c()};if(!i)return s`<${h} problem=${u} />`;let G=i.ifc?.length>0;return s`<h3>${r}</h3><${h} problem=${u} />${n(i,b)}
        <div class="row">${G&&s`<button aria-pressed=${b} onClick=${()=>y(!b)}>XML</button>`}
            ${a&&s`<button aria-label=${`${v.edit}: ${r}`} onClick=${()=>d(!0)}>${v.edit}</button>`}${l}</div>
        ${$&&s`<${rt} kind=${t} title=${r} says=${o} path=${e} onClose=${I} onSaved=${I} />`}`}function nt({name:t,canChange:e,extra:r}){return s`<${U} kind="profile" path=${`profiles/${P(t)}`} title=${v.profile(t)} says=${v.editSays} canChange=${e} extra=${r}>${(o,a)=>s`
        ${o.ifc?.length?s`<${ot} list=${o.ifc} asXml=${a} />`:s`<p>${v.none}</p>`}
        ${o.services?.length>0&&s`<p class="quiet">${v.servicesAre(o.services.join(", "))}</p>`}
        ${o.shared_ifc?.length>0&&s`<p>${v.shared(o.shared_ifc.join(", "))}</p>`}`}</${U}>`}function Qt({a:t}){return s`<div role="status">
        <p><strong>${t.next?v.goesTo(t.next):v.goesOn}</strong> <span class="quiet">${t.method}, ${t.session_case}</span></p>
        ${t.criteria.map(e=>s`<p><span class=${`pill ${e.matched?"good":""}`}>${e.matched?`\u2713 ${v.matches}`:`\u2717 ${v.matchesNot}`}</span> ${e.priority}, ${e.server}: ${e.sentence}</p>`)}</div>`}function Yt(t){let[e,r]=t.replace(/^\w+:/,"").split("@");return`sip:${e==="bob"?"alice":"bob"}@${r??_.value??W.value[0]?.domain}`}function Wt({identity:t}){let[e,r]=p({request:`INVITE ${Yt(t)}`,session_case:"originating",registered:""}),[o,a]=p(null),[l,n]=p(null),i=c=>$=>r({...e,[c]:$.target.value}),u=c=>{c.preventDefault();let $={identity:t,request:e.request,session_case:e.session_case,...e.registered&&{registered:e.registered==="yes"}};k("POST","ifc/test",$).then(({value:d})=>{n(null),a(d)},n)};return s`<h3>${v.test}</h3><form onSubmit=${u}><${h} problem=${l} />
        <div class="field"><label>${v.request} <textarea rows="3" spellcheck=${!1} value=${e.request} onInput=${i("request")}></textarea></label></div>
        <div class="grid"><${M} label=${v.sessionCase} value=${e.session_case} onChange=${i("session_case")} options=${Object.entries(v.cases)} />
        <${M} label=${v.registered} value=${e.registered} onChange=${i("registered")} options=${Object.entries(v.registeredAs)} /></div>
        <button class="primary">${v.run}</button></form>
        ${o&&s`<${Qt} a=${o} />`}`}function Tt({s:t,canChange:e}){let r=Ct(),o=t.sets.flatMap(n=>n.publics),a=[...new Set(o.map(n=>n.profile).filter(Boolean))],l=o.find(n=>!n.barred)?.impu;return s`<section class="card wide" aria-label=${v.title}><h2>${v.title}</h2><p class="quiet">${v.says} <a href=${O("subscribers",{},"catalogue")}>${f.catalogue.title}</a></p>
        ${a.length?a.map(n=>s`<${nt} key=${n} name=${n} canChange=${e} />`):s`<p>${v.noProfile}</p>`}
        ${e&&l&&r("post","/ifc/test")&&s`<${Wt} identity=${l} />`}</section>`}var C=f.catalogue,at=f.ifc;function Zt({name:t,canChange:e,extra:r}){return s`<${U} kind="criteria" path=${`shared-ifc/${P(t)}`} title=${C.sharedNo(t)} says=${at.editSays} canChange=${e} extra=${r}>
        ${(o,a)=>o.ifc?.length?s`<${ot} list=${o.ifc} asXml=${a} />`:s`<p>${at.none}</p>`}</${U}>`}function te({name:t,canChange:e,extra:r}){return s`<${U} kind="charging" path=${`charging/${P(t)}`} title=${t} says=${C.chargingSays} canChange=${e} extra=${r}>
        ${o=>s`<table><tbody>${Object.entries(at.chargingNames).filter(([a])=>o[a]).map(([a,l])=>s`<tr><th>${l}</th><td class="mono">${o[a]}</td></tr>`)}</tbody></table>`}</${U}>`}var ee=[{path:"profiles",list:"profiles",key:"name",title:C.profiles,says:C.profilesSay,hint:C.nameHint,View:nt,fresh:{}},{path:"shared-ifc",list:"shared_ifc",key:"id",title:C.shared,says:C.sharedSays,hint:C.numberHint,View:Zt,fresh:{ifc:[]}},{path:"charging",list:"charging",key:"name",title:C.charging,says:C.chargingSays,hint:C.nameHint,View:te,fresh:{ccf:"aaa://ccf.example"}}];function se({part:t,canChange:e}){let{value:r,problem:o,reload:a}=A(t.path),[l,n]=p(""),[i,u]=p(null),c=b=>b.then(()=>{u(null),n(""),a()},u),$=b=>{b.preventDefault(),c(k("PUT",`${t.path}/${P(l.trim())}`,t.fresh,{headers:{"If-None-Match":"*"}}))},d=(r?.[t.list]??[]).map(b=>b[t.key]);return s`<section class="card" aria-label=${t.title}><h2>${t.title}</h2><p class="quiet">${t.says}</p><${h} problem=${i??o} />
        ${d.map(b=>s`<div class="entry" key=${b}><${t.View} name=${b} canChange=${e}
            extra=${e&&s`<button class="danger" aria-label=${C.drop(b)} onClick=${()=>c(k("DELETE",`${t.path}/${P(b)}`))}>${f.subscribers.remove}</button>`} /></div>`)}
        ${r&&d.length===0&&s`<p>${C.none}</p>`}
        ${e&&s`<form class="row adding" onSubmit=${$}><${M} label=${C.newOne} hint=${t.hint} value=${l} onInput=${b=>n(b.target.value)} required />
            <button class="primary">${C.add}</button></form>`}</section>`}function Et(){let t=N.value?.role!=="viewer";return s`<div class="head"><a href=${O("subscribers")}>${f.subscribers.title}</a> <span aria-hidden="true">/</span> <h1>${C.title}</h1></div>
        <p class="lead">${C.lead}</p>
        <div class="cards">${ee.map(e=>s`<${se} key=${e.path} part=${e} canChange=${t} />`)}</div>`}var D=f.changes;function re(t){return new Date(t).toLocaleString("sv-SE")}function oe({e:t,undo:e}){let r=t.can_undo&&!t.undone_by&&N.value?.role!=="viewer";return s`<tr>
        <td class="number">${t.number}</td><td>${re(t.time)}</td><td>${t.who}</td><td>${D.actions[t.action]??t.action}</td>
        <td class="mono">${t.what}${(t.before||t.after)&&s`<details><summary>${D.details}</summary>
            ${t.before&&s`<h3>${D.before}</h3><pre>${JSON.stringify(t.before,null,1)}</pre>`}${t.after&&s`<h3>${D.after}</h3><pre>${JSON.stringify(t.after,null,1)}</pre>`}</details>`}</td>
        <td>${t.undone_by?s`<span class="pill">${D.undone(t.undone_by)}</span>`:r?s`<button onClick=${()=>e(t.number)} aria-label=${`${D.undo} ${t.number}`}>${D.undo}</button>`:s`<span class="quiet">${t.why_not}</span>`}</td></tr>`}function qt({params:t}){let e=t.get("before")??"",{value:r,problem:o,reload:a}=A(`audit?limit=50${e?`&before=${e}`:""}`),[l,n]=p(null),i=u=>k("POST",`audit/${u}/undo`).then(()=>{n(null),a()},n);return s`
        <div class="head"><a href=${O("subscribers")}>${f.subscribers.title}</a> <span aria-hidden="true">/</span> <h1>${D.title}</h1></div>
        <p class="lead">${D.lead}</p><${h} problem=${l??o} />
        ${r&&s`<div class="card scroll"><table class="tight"><thead><tr>${D.columns.map((u,c)=>s`<th class=${c===0?"number":""}>${u}</th>`)}<th><span class="sr">${D.undo}</span></th></tr></thead>
            <tbody>${r.entries.map(u=>s`<${oe} key=${u.number} e=${u} undo=${i} />`)}</tbody></table>
            <div class="row">${e&&s`<button onClick=${()=>q({before:""})}>${f.subscribers.firstPage}</button>`}
                ${r.next_before&&s`<button onClick=${()=>q({before:r.next_before})}>${f.subscribers.nextPage}</button>`}</div></div>`}`}var E=f.subscribers.phone;function ne(t){let e=(t.digest?.algorithm??"MD5")==="MD5";return t.aka?["sim"]:[t.digest&&"linphone",t.digest&&e&&"baresip"].filter(Boolean)}function _t(t){let e=t.privates.flatMap(o=>ne(o).map(a=>({id:`${a} ${o.impi}`,kind:a,impi:o.impi}))),r=o=>e.filter(a=>a.kind===o).length>1;return e.map(o=>({...o,name:r(o.kind)?`${E.kinds[o.kind]}, ${o.impi}`:E.kinds[o.kind]}))}function Mt(t,e,r){let o=r.find($=>$.role==="hss"&&$.domain===e.split("@")[1])?.domain,l=r.find($=>$.role==="pcscf"&&(!o||$.domain===o))?.listeners.find($=>$.trust==="gm"),i=t.sets.filter($=>!$.privates||$.privates.includes(e)).flatMap($=>$.publics).find($=>$.impu.startsWith("sip:")&&!$.barred)?.impu??"",[u,c]=i.replace(/^sip:/,"").split("@");return{user:u,domain:c,impi:e,impu:i,proxy:l?.advertised??l?.at??""}}function At(t,e,r,o){let a=o||E.yours;return{linphone:[[E.user,e.user],[E.auth,e.impi],[E.domain,e.domain],[E.secret,a],[E.proxy,`<sip:${e.proxy};transport=udp>`],[E.transport,"UDP"]],baresip:[["~/.baresip/accounts",`<sip:${e.user}@${e.domain};transport=udp>;auth_user=${e.impi};auth_pass=${a};outbound="sip:${e.proxy};lr";regint=600`]],sim:[["K",r?.k??E.revealFirst],["OPc",r?.opc??E.revealFirst],["IMPI",e.impi],["IMPU",e.impu],[E.domain,e.domain],["P-CSCF",e.proxy]]}[t]}function Dt(t,e,r){return t!=="baresip"||e.impi!==`${e.user}@${e.domain}`?"":["tools/phone",...[e.user,r||E.yours,e.proxy,...e.domain==="ims.example"?[]:[e.domain]].map(a=>/^[\w.:@+-]+$/.test(a)?a:`'${a.replaceAll("'","'\\''")}'`)].join(" ")}function Rt(t){return t.length===1?t[0][1]:t.map(([e,r])=>`${e}: ${r}`).join(`
`)}var x=f.subscribers.phone,J=mt(null);function ae(t,e){let r=J.value;return r?.network===_.value&&r.id===t.id&&r.impi===e?r.password:""}function ie(t,e){let r=t(0,"M");r.addData(e),r.make();let o=r.getModuleCount(),a="";for(let l=0;l<o;l++)for(let n=0;n<o;n++)r.isDark(l,n)&&(a+=`M${n} ${l}h1v1h-1z`);return{n:o,path:a}}function le({text:t}){let{part:e,failed:r}=Z(()=>import("./qrcode-CCTWPE6S.js").then(({default:o})=>ie(o,t)),t);return e?s`<svg class="qr" role="img" aria-label=${x.qr} viewBox=${`-2 -2 ${e.n+4} ${e.n+4}`} shape-rendering="crispEdges">
        <rect x="-2" y="-2" width=${e.n+4} height=${e.n+4} fill="#fff" /><path d=${e.path} fill="#000" /></svg>`:s`<${tt} failed=${r} />`}function Ft({text:t}){let[e,r]=p("");return navigator.clipboard?s`<button onClick=${()=>navigator.clipboard.writeText(t).then(()=>r(t),()=>r(""))}>${x.copy}</button><span role="status">${e===t&&s`<span class="pill good">✓ ${x.copied}</span>`}</span>`:null}function jt({s:t,secrets:e}){let r=_t(t),[o,a]=p(""),[l,n]=p(!1),i=r.find(y=>y.id===o)??r[0];if(!i)return s`<section class="card tallest" aria-label=${x.title}><h2>${x.title}</h2><p>${x.none}</p></section>`;let u=Mt(t,i.impi,W.value),c=ae(t,i.impi),$=At(i.kind,u,e[i.impi],c),d=Dt(i.kind,u,c),b=Rt($);return s`<section class="card tallest" aria-label=${x.title}><h2>${x.title}</h2>
        ${r.length>1&&s`<div class="row kinds" role="group" aria-label=${x.kind}>${r.map(y=>s`<button key=${y.id} aria-pressed=${y===i} onClick=${()=>a(y.id)}>${y.name}</button>`)}</div>`}
        <p class="quiet">${x.says[i.kind]} ${i.kind==="sim"?"":c?x.given:x.forgotten(x.yours)}</p>
        <table><tbody>${$.map(([y,I])=>s`<tr><th>${y}</th><td class="mono"><${B} text=${I} /></td></tr>`)}</tbody></table>
        <p class="row"><${Ft} text=${b} /><button aria-expanded=${l} aria-controls="phone-qr" onClick=${()=>n(!l)}>${l?x.hideQr:x.qr}</button></p>
        ${d&&s`<p class="quiet">${x.command}</p><p class="row"><code>${d}</code><${Ft} text=${d} /></p>`}
        <div id="phone-qr">${l&&s`<${le} text=${b} /><p class="quiet">${x.qrSays[i.kind]}</p>`}</div></section>`}var R=f.imports,it=1<<19,$e=250,lt=new Set(["done","failed","cancelled"]);async function ce(t,e,r,o){let a=/\.csv$/i.test(t.name)?"csv":"yaml",l=await r("POST","imports",{format:a,name:t.name});try{for(let n=0;n<t.size;n+=it){let i=await t.slice(n,n+it).arrayBuffer();await r("PUT",`imports/${l.id}/part?offset=${n}`,i,{type:"application/octet-stream"}),o({...l,sent:Math.min(t.size,n+it)/t.size})}await r("POST",`imports/${l.id}/run${e?"?dry_run=true":""}`)}catch(n){throw r("DELETE",`imports/${l.id}`).catch(()=>{}),n}return l.id}async function ue(t,e,r){let o=_.value,a=async(n,i,u,c)=>(await k(n,i,u,{...c,network:o})).value,l=await ce(t,e,a,r);for(;;){let n=await a("GET",`imports/${l}`);if(r(n),lt.has(n.state))return;await new Promise(i=>{setTimeout(i,$e)})}}function de({s:t}){let e=t.subscribers?(t.stored??0)/t.subscribers:null;return s`<div role="status">
        <p>${R.states[t.state]}${t.sent<1&&t.state==="open"?` ${Math.round(t.sent*100)} %`:""}</p>
        ${!lt.has(t.state)&&s`<progress aria-label=${R.progress} value=${t.state==="open"?t.sent:e} max="1"></progress>`}
        ${t.state==="done"&&s`<p>${t.dry_run?R.would(t.inserted,t.unchanged):R.did(t.inserted,t.unchanged)}</p>`}
        ${t.detail&&s`<p class="banner bad">${t.detail}</p>`}
        ${t.errors?.length>0&&s`<div class="scroll tall"><table><thead><tr><th>${R.line}</th><th>${R.wrong}</th></tr></thead>
            <tbody>${t.errors.map(r=>s`<tr><td class="number">${r.line}${r.column?`:${r.column}`:""}</td><td>${r.detail}</td></tr>`)}</tbody></table></div>`}</div>`}function Nt({onClose:t,onDone:e}){let[r,o]=p(null),[a,l]=p(null),[n,i]=p(null),u=a&&!lt.has(a.state)&&!n,c=$=>{i(null),ue(r,$,l).then(e,i)};return s`<${S} title=${R.title} onClose=${t}>
        <p>${R.says}</p><${h} problem=${n} />
        <p><label>${R.file} <input type="file" accept=".yaml,.yml,.csv" onChange=${$=>{o($.target.files[0]??null),l(null)}} /></label></p>
        ${a&&s`<${de} s=${a} />`}
        <div class="row"><button class="primary" disabled=${!r||u} onClick=${()=>c(!1)}>${R.run}</button>
            <button disabled=${!r||u} onClick=${()=>c(!0)}>${R.check}</button><button onClick=${t}>${f.close}</button></div></${S}>`}var T=f.many,$t=["number","impi","password","k","opc"];function pe(t){let e=r=>/[",\n]/.test(r??"")?`"${r.replace(/"/g,'""')}"`:r??"";return[$t.join(","),...t.map(r=>$t.map(o=>e(r[o])).join(","))].join(`
`)+`
`}function me({result:t,onClose:e}){let r=$t.filter(o=>t.subscribers.some(a=>a[o]));return s`<p role="status">${T.created(t.created)}</p>
        <div class="scroll tall"><table><thead><tr>${r.map(o=>s`<th>${T.columns[o]}</th>`)}</tr></thead>
            <tbody>${t.subscribers.map(o=>s`<tr>${r.map(a=>s`<td class="mono">${o[a]}</td>`)}</tr>`)}</tbody></table></div>
        <div class="row"><button class="primary" onClick=${()=>kt("subscribers.csv","text/csv",pe(t.subscribers))}>${T.keep}</button>
            <button onClick=${e}>${f.close}</button></div>`}function It({onClose:t,onDone:e}){let[r,o]=p({first:"1101",count:"30",name:"",generate:"password"}),[a,l]=p(null),[n,i]=p(null),u=($,d,b)=>s`<${M} label=${d} hint=${b} value=${r[$]} bad=${Q(a,$)}
        onInput=${y=>o({...r,[$]:y.target.value})} />`,c=$=>{$.preventDefault();let d={first:r.first.trim(),count:Number(r.count),generate:r.generate,...r.name&&{name:r.name}};k("POST","subscribers/ranges",d).then(({value:b})=>{i(b),e()},l)};return s`<${S} title=${T.title} onClose=${t}>${n?s`<${me} result=${n} onClose=${t} />`:s`<form onSubmit=${c}>
        <p>${T.says}</p><${h} problem=${a} />
        ${u("first",T.first,T.firstHint)}${u("count",T.count,T.countHint)}${u("name",T.name,T.nameHint)}
        <${M} label=${T.generate} value=${r.generate} onChange=${$=>o({...r,generate:$.target.value})} options=${[["password",T.passwords],["key",T.keys]]} />
        <div class="row"><button class="primary">${T.add}</button><button type="button" onClick=${t}>${f.cancel}</button></div></form>`}</${S}>`}var g=f.subscribers,fe=3e3;function Ht(t){return t.publics.find(e=>!e.barred&&!e.type?.startsWith("wildcarded"))?.impu}function be({s:t}){return s`<section class="card"><h2>${g.identities}</h2>
        ${t.sets.map((e,r)=>s`
            <h3>${t.sets.length>1?g.setNumber(r+1):g.oneSet}</h3>
            <table><tbody>${e.publics.map(o=>s`<tr>
                <td><span class="mono"><${B} text=${o.impu} /></span> <span class="quiet">${o.display_name}</span></td>
                <td class="rightmost">${o.impu===Ht(e)?s`<span class="pill good">${g.isDefault}</span>`:o.barred&&s`<span class="pill warn">${g.barred}</span>`}</td></tr>`)}</tbody></table>`)}
        <p class="quiet">${g.setSays}</p></section>`}function he({id:t,impi:e,secrets:r,setSecrets:o}){let[a,l]=p(null),n=()=>ht(`subscribers/${t}/private/${P(e)}/secrets`).then(o,l);return r?s`<table><tbody>${Object.entries(r).filter(([,i])=>typeof i=="string").map(([i,u])=>s`<tr><th>${g.secretNames[i]??i}</th><td class="mono">${u}</td></tr>`)}
        ${(r.ha1??[]).map(i=>s`<tr><th>HA1 ${i.algorithm}</th><td class="mono">${i.value}</td></tr>`)}</tbody></table>`:s`<${h} problem=${a} /><button onClick=${n}>${g.reveal}</button> <span class="quiet">${g.revealSays}</span>`}function ge({s:t,secrets:e,setSecrets:r}){return s`<section class="card"><h2>${g.proof}</h2>
        ${t.privates.map(o=>s`
            <h3 class="mono">${o.impi}</h3>
            <p>${o.aka&&g.akaSays(o.aka.algorithm)} ${o.digest&&g.digestSays(o.digest.algorithm??"MD5")}</p>
            ${N.value?.role!=="viewer"&&s`<${he} id=${t.id} impi=${o.impi} secrets=${e[o.impi]} setSecrets=${a=>r({...e,[o.impi]:a})} />`}`)}
    </section>`}function ve({s:t}){let{value:e,problem:r}=A(`subscribers/${t.id}/registration`,fe),o=new Set([...t.sets.flatMap(n=>n.publics).map(n=>n.impu),...t.privates.map(n=>n.impi)]),a=gt().find(n=>n.method==="REGISTER"&&n.kind!=="note"&&!n.solved&&o.has(n.subject)),l=[...new Set((e?.sets??[]).map(n=>n.state))];return s`<div class="row" role="status">${r?s`<${h} problem=${r} />`:l.map(n=>s`<span class=${`pill ${n==="registered"?"good":""}`}>${g.states[n]??n}</span>`)}
        ${a&&s`<span>${g.lastFailure} <span class="quiet">${yt(a)}</span> <a href=${O("doctor",{id:a.id})}>${a.title}</a></span>`}</div>`}function Lt({id:t,isNew:e,editing:r}){let o=F=>q({edit:F?1:""}),[a,l]=p({}),n=N.value?.role!=="viewer",[i,u]=p(!1),{value:c,problem:$,reload:d}=A(`subscribers/${P(t)}`),[b,y]=p(null),I=()=>{o(!1),l({}),J.value=null,d()},G=()=>k("DELETE",`subscribers/${c.id}`,void 0,{headers:{"If-Match":`"${c.version}"`}}).then(()=>K("subscribers"),F=>{u(!1),y(F),d()}),X=$?.status===404&&!r;if($&&(!c||X))return s`<${h} problem=${$} /><a href=${O("subscribers")}>${g.back}</a>`;if(!c)return s`<p>${f.loading}</p>`;let L=c.sets.map(Ht).find(Boolean)??c.sets[0]?.publics[0]?.impu,V=c.sets.flatMap(F=>F.publics).find(F=>F.impu===L)?.display_name||L||c.privates[0]?.impi;return s`
        <div class="head"><a href=${O("subscribers")}>${g.title}</a> <span aria-hidden="true">/</span> <h1>${V}</h1>
            <div class="end">
                ${L&&s`<a class="button" href=${O("registrations",{},L)}>${g.whereRegistered}</a><a class="button" href=${O("ladder",{user:L})}>${g.messages}</a>`}
                ${n&&s`<button onClick=${()=>o(!0)}>${g.edit}</button><button class="danger" onClick=${()=>u(!0)}>${g.remove}</button>`}
            </div></div>
        ${!i&&s`<${ve} s=${c} />`}
        ${e&&s`<div class="banner good" role="status">${g.added}</div>`}
        <${h} problem=${$} /><${h} problem=${b} />
        <div class="cards person"><div class="stack"><${be} s=${c} /><${ge} s=${c} secrets=${a} setSecrets=${l} /></div><${jt} s=${c} secrets=${a} /><${Tt} s=${c} canChange=${n} /></div>
        ${r&&s`<${Pt} id=${c.id} onClose=${()=>o(!1)} onSaved=${I} />`}
        ${i&&s`<${S} title=${g.removeAsk(V)} onClose=${()=>u(!1)}>
            <p>${g.removeSays}</p><div class="row"><button class="danger" onClick=${G}>${g.remove}</button><button onClick=${()=>u(!1)}>${f.cancel}</button></div></${S}>`}`}var m=f.subscribers;function ye(t,{password:e,k:r,op:o,opc:a}){return t==="password"?{password:e}:t==="op"?{k:r,op:o}:{k:r,opc:a}}function we({name:t,onClose:e,onAdded:r}){let[o,a]=p({name:t,number:"",kind:"password",password:"",k:"",op:"",opc:""}),[l,n]=p(null),i=$=>d=>a({...o,[$]:d.target.value}),u=($,d,b)=>s`<${M} label=${d} hint=${b} value=${o[$]} onInput=${i($)} bad=${Q(l,$)} />`,c=async $=>{$.preventDefault();let d={name:o.name,number:o.number,...ye(o.kind,o)};d.number.trim()||delete d.number;try{r((await k("POST","subscribers",d)).value,d)}catch(b){n(b)}};return s`<${S} title=${m.add} onClose=${e}><form onSubmit=${c}>
        <${h} problem=${l} />
        ${u("name",m.name,m.nameHint)}
        ${u("number",m.number,m.numberHint)}
        <${M} label=${m.secret} value=${o.kind} onChange=${i("kind")} options=${[["password",m.password],["opc",m.kOpc],["op",m.kOp]]} />
        ${o.kind==="password"?u("password",m.password,m.passwordHint):s`
            ${u("k","K",m.keyHint)}
            ${o.kind==="op"?u("op","OP",m.opHint):u("opc","OPc",m.opcHint)}`}
        <div class="row"><button class="primary">${m.add}</button><button type="button" onClick=${e}>${f.cancel}</button></div>
    </form></${S}>`}function ke({state:t}){return s`<span class=${`pill ${t==="registered"?"good":""}`}>${m.states[t]??t}</span>`}function Se(t){return t.sets.flatMap(e=>e.publics)}function Ce({s:t}){let e=Se(t),r=e.find(o=>!o.barred)??e[0];return s`<tr ...${St()}>
        <td><a href=${O("subscribers",{},String(t.id))}><${B} text=${r?.display_name||r?.impu||t.privates[0]?.impi} /></a></td>
        <td class="mono">${e.map(o=>s`<div><${B} text=${o.impu} />${o.barred?` (${m.barred})`:""}</div>`)}</td>
        <td>${t.privates.map(o=>s`<div>${[o.aka&&o.aka.algorithm,o.digest&&`digest ${o.digest.algorithm??""}`].filter(Boolean).join(", ")}</div>`)}</td>
        <td>${[...new Set(t.sets.map(o=>o.state).filter(Boolean))].map(o=>s`<${ke} state=${o} />`)}</td></tr>`}function xe(){let t=(Y.value?.networks??[]).map(e=>e.domain);return t.length<2?null:s`<select aria-label=${m.network} value=${_.value||t[0]} onChange=${e=>q({network:e.target.value,after:""})}>
        ${t.map(e=>s`<option value=${e}>${e}</option>`)}</select>`}function Oe(t){let e=vt(t),r=Y.value?.networks.length>1&&e&&_.value!==e?e:"";return z(()=>{r&&q({network:r})},[r]),!r&&Y.value}function Pe({params:t}){let e=t.get("q")??"",r=t.get("after")??"",o=t.get("add"),[a,l]=p(o===null?"":"one"),n=()=>{l(""),o!==null&&q({add:""})},{value:i,problem:u,reload:c}=A(`subscribers?limit=50${e?`&q=${P(e)}`:""}${r?`&after=${P(r)}`:""}`),$=N.value?.role!=="viewer";return s`
        <div class="head"><h1>${m.title}</h1>
            <nav class="row" aria-label=${m.title}>
                <a class="button" href=${O("subscribers",{},"catalogue")}>${f.catalogue.title}</a>
                <a class="button" href=${O("subscribers",{},"changes")}>${m.changes}</a></nav>
            <div class="end">
                <select aria-label=${m.exportAs} value="" onChange=${d=>{d.target.value&&location.assign(`api/v1/${bt(`export?format=${d.target.value}`)}`),d.target.value=""}}>
                    <option value="">${m.exportAs}…</option><option value="csv">CSV</option><option value="yaml">YAML</option></select>
                ${$&&s`<button onClick=${()=>l("import")}>${m.importFile}</button><button onClick=${()=>l("many")}>${m.many}</button>
                    <button class="primary" onClick=${()=>l("one")}>${m.add}</button>`}
            </div></div>
        <p class="lead">${m.lead}</p>
        <div class="row filters" role="search">
            <input type="search" class="wide-search" aria-label=${m.search} placeholder=${m.search} value=${e} onInput=${d=>q({q:d.target.value,after:""})} />
            <${xe} /></div>
        <${h} problem=${u} />
        ${i&&s`<div class="card"><table>
            <thead><tr><th>${m.name}</th><th>${m.identities}</th><th>${m.proof}</th><th>${m.state}</th></tr></thead>
            <tbody>${i.subscribers.map(d=>s`<${Ce} key=${d.id} s=${d} />`)}</tbody></table>
            ${i.subscribers.length===0&&s`<div class="empty"><p>${e?m.noneFound:m.none}</p></div>`}
            <div class="row"><span class="quiet">${m.total(i.total)}</span>
                ${r&&s`<button onClick=${()=>q({after:""})}>${m.firstPage}</button>`}
                ${i.next_after&&s`<button onClick=${()=>q({after:i.next_after})}>${m.nextPage}</button>`}
            </div></div>`}
        ${a==="import"&&s`<${Nt} onClose=${n} onDone=${c} />`}
        ${a==="many"&&s`<${It} onClose=${n} onDone=${c} />`}
        ${a==="one"&&s`<${we} name=${o??""} onClose=${n} onAdded=${(d,b)=>{J.value={network:_.value,id:d.id,impi:d.privates[0].impi,password:b.password},K("subscribers",{new:1},String(d.id))}} />`}`}function gr({rest:t,params:e}){return Oe(t[0])?t[0]==="catalogue"?s`<${Et} />`:t[0]==="changes"?s`<${qt} params=${e} />`:t[0]?s`<${Lt} key=${t[0]} id=${t[0]} isNew=${e.get("new")==="1"} editing=${e.get("edit")==="1"} />`:s`<${Pe} key=${_.value} params=${e} />`:s`<p>${f.loading}</p>`}export{gr as SubscribersView};
