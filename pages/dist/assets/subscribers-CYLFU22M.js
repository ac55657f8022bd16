import{a as bt,b as ht}from"./chunk-LIHTGM7Q.js";import{a as vt}from"./chunk-NQGTX2T7.js";import{a as gt}from"./chunk-JCNMH34H.js";import{a as L,b as ft,e as F}from"./chunk-XAACSVHE.js";import"./chunk-U2QPY34V.js";import{A as mt,f as pt,s as Y,u as A,z as W}from"./chunk-TWZC2U6G.js";import{a as dt,b as k,c as K,d as P}from"./chunk-GCIWL22W.js";import{a as yt,b as Z}from"./chunk-HPGTDE6D.js";import{a as S,b as M,c as h,d as Q}from"./chunk-EASSPT2Q.js";import{b as p,c as H,i as ut,m as X,n as O,o as z,p as _,q as m,r as s}from"./chunk-FYMHHVDG.js";var V=m.editor,Nt=new Set(["id","version"]),Ht={subscriber:()=>import("./form-K22PGJZF.js").then(t=>t.SubscriberForm),profile:()=>import("./criteria-GIGUIUWH.js").then(t=>t.ProfileForm),criteria:()=>import("./criteria-GIGUIUWH.js").then(t=>t.CriteriaForm),charging:()=>import("./criteria-GIGUIUWH.js").then(t=>t.ChargingForm)};function Lt(t){return JSON.stringify(t,null,2)}function Vt({problem:t}){if(!t)return null;let e=t.errors?.filter(r=>r.pointer)??[];return e.length===0?s`<${h} problem=${t} />`:s`<div class="banner bad" role="alert"><ul>${e.map(r=>s`<li><code>${r.pointer}</code> ${r.detail}</li>`)}</ul></div>`}function Bt({kind:t,title:e,says:r,path:o,id:n,value:i,etag:a,onClose:c,onSaved:l}){let[u,$]=p(()=>Object.fromEntries(Object.entries(i).filter(([w])=>!Nt.has(w)))),[d,b]=p(null),[y,j]=p("form"),[U,I]=p(null),[J,E]=p(!1),[it,At]=p(null);H(()=>{Ht[t]().then(w=>At(()=>w))},[t]);let jt=w=>{E(!1),$(w)},lt=()=>d===null?u:JSON.parse(d),$t=w=>I(w instanceof SyntaxError?{message:`${V.noJson} ${w.message}`}:w),It=w=>{try{let N=lt();$(N),b(w==="json"?Lt(N):null),j(w)}catch(N){$t(N)}},ct=async w=>{E(!1);try{let N=await k("PUT",`${o}${w?"?dry_run=true":""}`,lt(),{headers:a?{"If-Match":a}:{}});I(null),w?E(!0):l(N.value)}catch(N){$t(N)}};return s`<${S} title=${e} look="drawer" onClose=${c}>
        <p class="quiet">${r}</p>
        <${bt} list=${["form","json",...t==="profile"||t==="criteria"?["xml"]:[]].map(w=>[w,V.tabs[w]])} shown=${y} panel="edit-panel" onChoose=${It} />
        <div class="sheet" id="edit-panel" role="tabpanel" aria-labelledby=${`edit-panel-${y}`} tabindex="0">
            ${y==="form"&&(it?s`<${it} form=${{model:u,change:jt,problem:U}} id=${n} />`:s`<p>${m.loading}</p>`)}
            ${y==="json"&&s`<textarea class="model" aria-label=${V.model} rows="26" spellcheck=${!1} value=${d} onInput=${w=>{E(!1),b(w.target.value)}}></textarea>`}
            ${y==="xml"&&s`<pre>${Z(u.ifc??[])}</pre>`}</div>
        <${Vt} problem=${U} />
        ${J&&s`<div class="banner good" role="status">✓ ${V.good}</div>`}
        <div class="row"><button class="primary" onClick=${()=>ct(!1)}>${m.save}</button><button onClick=${()=>ct(!0)}>${V.check}</button><button onClick=${c}>${m.cancel}</button></div></${S}>`}function tt({path:t,title:e,onClose:r,...o}){let[n,i]=p(null),[a,c]=p(null);return H(()=>{k("GET",t).then(i,c)},[t]),a?s`<${S} title=${e} onClose=${r}><${h} problem=${a} /></${S}>`:n&&s`<${Bt} path=${t} title=${e} value=${n.value} etag=${n.etag} onClose=${r} ...${o} />`}function wt({id:t,onClose:e,onSaved:r}){return s`<${tt} kind="subscriber" title=${V.title} says=${V.says} path=${`subscribers/${P(t)}`} id=${t} onClose=${e} onSaved=${r} />`}var v=m.ifc;function et({list:t,asXml:e}){return e?s`<pre>${Z(t)}</pre>`:s`<ol class="plain">${[...t].sort((r,o)=>(r.priority??0)-(o.priority??0)).map(r=>s`<li class="criterion">
        <span class="pill">${r.priority??0}</span> ${yt(r)}</li>`)}</ol>`}function B({kind:t,path:e,title:r,says:o,canChange:n,extra:i,children:a}){let{value:c,problem:l,reload:u}=F(e),[$,d]=p(!1),[b,y]=p(!1),j=()=>{d(!1),u()};if(!c)return s`<${h} problem=${l} />`;let U=c.ifc?.length>0;return s`<h3>${r}</h3><${h} problem=${l} />${a(c,b)}
        <div class="row">${U&&s`<button aria-pressed=${b} onClick=${()=>y(!b)}>XML</button>`}
            ${n&&s`<button aria-label=${`${v.edit}: ${r}`} onClick=${()=>d(!0)}>${v.edit}</button>`}${i}</div>
        ${$&&s`<${tt} kind=${t} title=${r} says=${o} path=${e} onClose=${j} onSaved=${j} />`}`}function st({name:t,canChange:e,extra:r}){return s`<${B} kind="profile" path=${`profiles/${P(t)}`} title=${v.profile(t)} says=${v.editSays} canChange=${e} extra=${r}>${(o,n)=>s`
        ${o.ifc?.length?s`<${et} list=${o.ifc} asXml=${n} />`:s`<p>${v.none}</p>`}
        ${o.services?.length>0&&s`<p class="quiet">${v.servicesAre(o.services.join(", "))}</p>`}
        ${o.shared_ifc?.length>0&&s`<p>${v.shared(o.shared_ifc.join(", "))}</p>`}`}</${B}>`}function Ut({a:t}){return s`<div role="status">
        <p><strong>${t.next?v.goesTo(t.next):v.goesOn}</strong> <span class="quiet">${t.method}, ${t.session_case}</span></p>
        ${t.criteria.map(e=>s`<p><span class=${`pill ${e.matched?"good":""}`}>${e.matched?`\u2713 ${v.matches}`:`\u2717 ${v.matchesNot}`}</span> ${e.priority}, ${e.server}: ${e.sentence}</p>`)}</div>`}function Xt(t){let[e,r]=t.replace(/^\w+:/,"").split("@");return`sip:${e==="bob"?"alice":"bob"}@${r??X.value??W.value[0]?.domain}`}function Gt({identity:t}){let[e,r]=p({request:`INVITE ${Xt(t)}`,session_case:"originating",registered:""}),[o,n]=p(null),[i,a]=p(null),c=u=>$=>r({...e,[u]:$.target.value}),l=u=>{u.preventDefault();let $={identity:t,request:e.request,session_case:e.session_case,...e.registered&&{registered:e.registered==="yes"}};k("POST","ifc/test",$).then(({value:d})=>{a(null),n(d)},a)};return s`<h3>${v.test}</h3><form onSubmit=${l}><${h} problem=${i} />
        <div class="field"><label>${v.request} <textarea rows="3" spellcheck=${!1} value=${e.request} onInput=${c("request")}></textarea></label></div>
        <div class="grid"><${M} label=${v.sessionCase} value=${e.session_case} onChange=${c("session_case")} options=${Object.entries(v.cases)} />
        <${M} label=${v.registered} value=${e.registered} onChange=${c("registered")} options=${Object.entries(v.registeredAs)} /></div>
        <button class="primary">${v.run}</button></form>
        ${o&&s`<${Ut} a=${o} />`}`}function kt({s:t,canChange:e}){let r=vt(),o=t.sets.flatMap(a=>a.publics),n=[...new Set(o.map(a=>a.profile).filter(Boolean))],i=o.find(a=>!a.barred)?.impu;return s`<section class="card wide" aria-label=${v.title}><h2>${v.title}</h2><p class="quiet">${v.says} <a href=${O("subscribers",{},"catalogue")}>${m.catalogue.title}</a></p>
        ${n.length?n.map(a=>s`<${st} key=${a} name=${a} canChange=${e} />`):s`<p>${v.noProfile}</p>`}
        ${e&&i&&r("post","/ifc/test")&&s`<${Gt} identity=${i} />`}</section>`}var C=m.catalogue,rt=m.ifc;function Jt({name:t,canChange:e,extra:r}){return s`<${B} kind="criteria" path=${`shared-ifc/${P(t)}`} title=${C.sharedNo(t)} says=${rt.editSays} canChange=${e} extra=${r}>
        ${(o,n)=>o.ifc?.length?s`<${et} list=${o.ifc} asXml=${n} />`:s`<p>${rt.none}</p>`}</${B}>`}function zt({name:t,canChange:e,extra:r}){return s`<${B} kind="charging" path=${`charging/${P(t)}`} title=${t} says=${C.chargingSays} canChange=${e} extra=${r}>
        ${o=>s`<table><tbody>${Object.entries(rt.chargingNames).filter(([n])=>o[n]).map(([n,i])=>s`<tr><th>${i}</th><td class="mono">${o[n]}</td></tr>`)}</tbody></table>`}</${B}>`}var Kt=[{path:"profiles",list:"profiles",key:"name",title:C.profiles,says:C.profilesSay,hint:C.nameHint,View:st,fresh:{}},{path:"shared-ifc",list:"shared_ifc",key:"id",title:C.shared,says:C.sharedSays,hint:C.numberHint,View:Jt,fresh:{ifc:[]}},{path:"charging",list:"charging",key:"name",title:C.charging,says:C.chargingSays,hint:C.nameHint,View:zt,fresh:{ccf:"aaa://ccf.example"}}];function Qt({part:t,canChange:e}){let{value:r,problem:o,reload:n}=F(t.path),[i,a]=p(""),[c,l]=p(null),u=b=>b.then(()=>{l(null),a(""),n()},l),$=b=>{b.preventDefault(),u(k("PUT",`${t.path}/${P(i.trim())}`,t.fresh,{headers:{"If-None-Match":"*"}}))},d=(r?.[t.list]??[]).map(b=>b[t.key]);return s`<section class="card" aria-label=${t.title}><h2>${t.title}</h2><p class="quiet">${t.says}</p><${h} problem=${c??o} />
        ${d.map(b=>s`<div class="entry" key=${b}><${t.View} name=${b} canChange=${e}
            extra=${e&&s`<button class="danger" aria-label=${C.drop(b)} onClick=${()=>u(k("DELETE",`${t.path}/${P(b)}`))}>${m.subscribers.remove}</button>`} /></div>`)}
        ${r&&d.length===0&&s`<p>${C.none}</p>`}
        ${e&&s`<form class="row adding" onSubmit=${$}><${M} label=${C.newOne} hint=${t.hint} value=${i} onInput=${b=>a(b.target.value)} required />
            <button class="primary">${C.add}</button></form>`}</section>`}function St(){let t=A.value?.role!=="viewer";return s`<div class="head"><a href=${O("subscribers")}>${m.subscribers.title}</a> <span aria-hidden="true">/</span> <h1>${C.title}</h1></div>
        <p class="lead">${C.lead}</p>
        <div class="cards">${Kt.map(e=>s`<${Qt} key=${e.path} part=${e} canChange=${t} />`)}</div>`}var R=m.changes;function Yt(t){return new Date(t).toLocaleString("sv-SE")}function Wt({e:t,undo:e}){let r=t.can_undo&&!t.undone_by&&A.value?.role!=="viewer";return s`<tr>
        <td class="number">${t.number}</td><td>${Yt(t.time)}</td><td>${t.who}</td><td>${R.actions[t.action]??t.action}</td>
        <td class="mono">${t.what}${(t.before||t.after)&&s`<details><summary>${R.details}</summary>
            ${t.before&&s`<h3>${R.before}</h3><pre>${JSON.stringify(t.before,null,1)}</pre>`}${t.after&&s`<h3>${R.after}</h3><pre>${JSON.stringify(t.after,null,1)}</pre>`}</details>`}</td>
        <td>${t.undone_by?s`<span class="pill">${R.undone(t.undone_by)}</span>`:r?s`<button onClick=${()=>e(t.number)} aria-label=${`${R.undo} ${t.number}`}>${R.undo}</button>`:s`<span class="quiet">${t.why_not}</span>`}</td></tr>`}function Ct({params:t}){let e=t.get("before")??"",{value:r,problem:o,reload:n}=F(`audit?limit=50${e?`&before=${e}`:""}`),[i,a]=p(null),c=l=>k("POST",`audit/${l}/undo`).then(()=>{a(null),n()},a);return s`
        <div class="head"><a href=${O("subscribers")}>${m.subscribers.title}</a> <span aria-hidden="true">/</span> <h1>${R.title}</h1></div>
        <p class="lead">${R.lead}</p><${h} problem=${i??o} />
        ${r&&s`<div class="card scroll"><table class="tight"><thead><tr>${R.columns.map((l,u)=>s`<th class=${u===0?"number":""}>${l}</th>`)}<th><span class="sr">${R.undo}</span></th></tr></thead>
            <tbody>${r.entries.map(l=>s`<${Wt} key=${l.number} e=${l} undo=${c} />`)}</tbody></table>
            <div class="row">${e&&s`<button onClick=${()=>_({before:""})}>${m.subscribers.firstPage}</button>`}
                ${r.next_before&&s`<button onClick=${()=>_({before:r.next_before})}>${m.subscribers.nextPage}</button>`}</div></div>`}`}var q=m.subscribers.phone;function Zt(t){let e=(t.digest?.algorithm??"MD5")==="MD5";return t.aka?["sim"]:[t.digest&&"linphone",t.digest&&e&&"baresip"].filter(Boolean)}function xt(t){let e=t.privates.flatMap(o=>Zt(o).map(n=>({id:`${n} ${o.impi}`,kind:n,impi:o.impi}))),r=o=>e.filter(n=>n.kind===o).length>1;return e.map(o=>({...o,name:r(o.kind)?`${q.kinds[o.kind]}, ${o.impi}`:q.kinds[o.kind]}))}function Ot(t,e,r){let o=r.find($=>$.role==="hss"&&$.domain===e.split("@")[1])?.domain,i=r.find($=>$.role==="pcscf"&&(!o||$.domain===o))?.listeners.find($=>$.trust==="gm"),c=t.sets.filter($=>!$.privates||$.privates.includes(e)).flatMap($=>$.publics).find($=>$.impu.startsWith("sip:")&&!$.barred)?.impu??"",[l,u]=c.replace(/^sip:/,"").split("@");return{user:l,domain:u,impi:e,impu:c,proxy:i?.advertised??i?.at??""}}function Pt(t,e,r,o){let n=o||q.yours;return{linphone:[[q.user,e.user],[q.auth,e.impi],[q.domain,e.domain],[q.secret,n],[q.proxy,`<sip:${e.proxy};transport=udp>`],[q.transport,"UDP"]],baresip:[["~/.baresip/accounts",`<sip:${e.user}@${e.domain};transport=udp>;auth_user=${e.impi};auth_pass=${n};outbound="sip:${e.proxy};lr";regint=600`]],sim:[["K",r?.k??q.revealFirst],["OPc",r?.opc??q.revealFirst],["IMPI",e.impi],["IMPU",e.impu],[q.domain,e.domain],["P-CSCF",e.proxy]]}[t]}function Tt(t,e,r){return t!=="baresip"||e.impi!==`${e.user}@${e.domain}`?"":["tools/phone",...[e.user,r||q.yours,e.proxy,...e.domain==="ims.example"?[]:[e.domain]].map(n=>/^[\w.:@+-]+$/.test(n)?n:`'${n.replaceAll("'","'\\''")}'`)].join(" ")}function qt(t){return t.length===1?t[0][1]:t.map(([e,r])=>`${e}: ${r}`).join(`
`)}var x=m.subscribers.phone,G=ut(null);function te({text:t}){let[e,r]=p(null);return H(()=>{let o=!0;return import("./qrcode-CCTWPE6S.js").then(({default:n})=>{let i=n(0,"M");i.addData(t),i.make();let a=i.getModuleCount(),c="";for(let l=0;l<a;l++)for(let u=0;u<a;u++)i.isDark(l,u)&&(c+=`M${u} ${l}h1v1h-1z`);o&&r({n:a,path:c})}),()=>{o=!1}},[t]),e?s`<svg class="qr" role="img" aria-label=${x.qr} viewBox=${`-2 -2 ${e.n+4} ${e.n+4}`} shape-rendering="crispEdges">
        <rect x="-2" y="-2" width=${e.n+4} height=${e.n+4} fill="#fff" /><path d=${e.path} fill="#000" /></svg>`:s`<p>${m.loading}</p>`}function Et({text:t}){let[e,r]=p("");return navigator.clipboard?s`<button onClick=${()=>navigator.clipboard.writeText(t).then(()=>r(t),()=>r(""))}>${x.copy}</button><span role="status">${e===t&&s`<span class="pill good">✓ ${x.copied}</span>`}</span>`:null}function _t({s:t,secrets:e,given:r}){let o=xt(t),[n,i]=p(""),[a,c]=p(!1),l=o.find(y=>y.id===n)??o[0];if(!l)return s`<section class="card tallest" aria-label=${x.title}><h2>${x.title}</h2><p>${x.none}</p></section>`;let u=Ot(t,l.impi,W.value),$=Pt(l.kind,u,e[l.impi],r),d=Tt(l.kind,u,r),b=qt($);return s`<section class="card tallest" aria-label=${x.title}><h2>${x.title}</h2>
        ${o.length>1&&s`<div class="row kinds" role="group" aria-label=${x.kind}>${o.map(y=>s`<button key=${y.id} aria-pressed=${y===l} onClick=${()=>i(y.id)}>${y.name}</button>`)}</div>`}
        <p class="quiet">${x.says[l.kind]} ${l.kind==="sim"?"":r?x.given:x.forgotten(x.yours)}</p>
        <table><tbody>${$.map(([y,j])=>s`<tr><th>${y}</th><td class="mono"><${L} text=${j} /></td></tr>`)}</tbody></table>
        <p class="row"><${Et} text=${b} /><button aria-expanded=${a} aria-controls="phone-qr" onClick=${()=>c(!a)}>${a?x.hideQr:x.qr}</button></p>
        ${d&&s`<p class="quiet">${x.command}</p><p class="row"><code>${d}</code><${Et} text=${d} /></p>`}
        <div id="phone-qr">${a&&s`<${te} text=${b} /><p class="quiet">${x.qrSays[l.kind]}</p>`}</div></section>`}var D=m.imports,ot=1<<19,ee=250,nt=new Set(["done","failed","cancelled"]);async function se(t,e,r){let o=/\.csv$/i.test(t.name)?"csv":"yaml",{value:n}=await k("POST","imports",{format:o,name:t.name});for(let i=0;i<t.size;i+=ot){let a=await t.slice(i,i+ot).arrayBuffer();await k("PUT",`imports/${n.id}/part?offset=${i}`,a,{type:"application/octet-stream"}),r({...n,sent:Math.min(t.size,i+ot)/t.size})}for(await k("POST",`imports/${n.id}/run${e?"?dry_run=true":""}`);;){let i=await K(`imports/${n.id}`);if(r(i),nt.has(i.state))return;await new Promise(a=>{setTimeout(a,ee)})}}function re({s:t}){let e=t.subscribers?(t.stored??0)/t.subscribers:null;return s`<div role="status">
        <p>${D.states[t.state]}${t.sent<1&&t.state==="open"?` ${Math.round(t.sent*100)} %`:""}</p>
        ${!nt.has(t.state)&&s`<progress aria-label=${D.progress} value=${t.state==="open"?t.sent:e} max="1"></progress>`}
        ${t.state==="done"&&s`<p>${t.dry_run?D.would(t.inserted,t.unchanged):D.did(t.inserted,t.unchanged)}</p>`}
        ${t.detail&&s`<p class="banner bad">${t.detail}</p>`}
        ${t.errors?.length>0&&s`<div class="scroll tall"><table><thead><tr><th>${D.line}</th><th>${D.wrong}</th></tr></thead>
            <tbody>${t.errors.map(r=>s`<tr><td class="number">${r.line}${r.column?`:${r.column}`:""}</td><td>${r.detail}</td></tr>`)}</tbody></table></div>`}</div>`}function Mt({onClose:t,onDone:e}){let[r,o]=p(null),[n,i]=p(null),[a,c]=p(null),l=n&&!nt.has(n.state)&&!a,u=$=>{c(null),se(r,$,i).then(e,c)};return s`<${S} title=${D.title} onClose=${t}>
        <p>${D.says}</p><${h} problem=${a} />
        <p><label>${D.file} <input type="file" accept=".yaml,.yml,.csv" onChange=${$=>{o($.target.files[0]??null),i(null)}} /></label></p>
        ${n&&s`<${re} s=${n} />`}
        <div class="row"><button class="primary" disabled=${!r||l} onClick=${()=>u(!1)}>${D.run}</button>
            <button disabled=${!r||l} onClick=${()=>u(!0)}>${D.check}</button><button onClick=${t}>${m.close}</button></div></${S}>`}var T=m.many,at=["number","impi","password","k","opc"];function oe(t){let e=r=>/[",\n]/.test(r??"")?`"${r.replace(/"/g,'""')}"`:r??"";return[at.join(","),...t.map(r=>at.map(o=>e(r[o])).join(","))].join(`
`)+`
`}function ne({result:t,onClose:e}){let r=at.filter(o=>t.subscribers.some(n=>n[o]));return s`<p role="status">${T.created(t.created)}</p>
        <div class="scroll tall"><table><thead><tr>${r.map(o=>s`<th>${T.columns[o]}</th>`)}</tr></thead>
            <tbody>${t.subscribers.map(o=>s`<tr>${r.map(n=>s`<td class="mono">${o[n]}</td>`)}</tr>`)}</tbody></table></div>
        <div class="row"><button class="primary" onClick=${()=>ht("subscribers.csv","text/csv",oe(t.subscribers))}>${T.keep}</button>
            <button onClick=${e}>${m.close}</button></div>`}function Ft({onClose:t,onDone:e}){let[r,o]=p({first:"1101",count:"30",name:"",generate:"password"}),[n,i]=p(null),[a,c]=p(null),l=($,d,b)=>s`<${M} label=${d} hint=${b} value=${r[$]} bad=${Q(n,$)}
        onInput=${y=>o({...r,[$]:y.target.value})} />`,u=$=>{$.preventDefault();let d={first:r.first.trim(),count:Number(r.count),generate:r.generate,...r.name&&{name:r.name}};k("POST","subscribers/ranges",d).then(({value:b})=>{c(b),e()},i)};return s`<${S} title=${T.title} onClose=${t}>${a?s`<${ne} result=${a} onClose=${t} />`:s`<form onSubmit=${u}>
        <p>${T.says}</p><${h} problem=${n} />
        ${l("first",T.first,T.firstHint)}${l("count",T.count,T.countHint)}${l("name",T.name,T.nameHint)}
        <${M} label=${T.generate} value=${r.generate} onChange=${$=>o({...r,generate:$.target.value})} options=${[["password",T.passwords],["key",T.keys]]} />
        <div class="row"><button class="primary">${T.add}</button><button type="button" onClick=${t}>${m.cancel}</button></div></form>`}</${S}>`}var g=m.subscribers,ae=3e3;function Rt(t){return t.publics.find(e=>!e.barred&&!e.type?.startsWith("wildcarded"))?.impu}function ie({s:t}){return s`<section class="card"><h2>${g.identities}</h2>
        ${t.sets.map((e,r)=>s`
            <h3>${t.sets.length>1?g.setNumber(r+1):g.oneSet}</h3>
            <table><tbody>${e.publics.map(o=>s`<tr>
                <td><span class="mono"><${L} text=${o.impu} /></span> <span class="quiet">${o.display_name}</span></td>
                <td class="rightmost">${o.impu===Rt(e)?s`<span class="pill good">${g.isDefault}</span>`:o.barred&&s`<span class="pill warn">${g.barred}</span>`}</td></tr>`)}</tbody></table>`)}
        <p class="quiet">${g.setSays}</p></section>`}function le({id:t,impi:e,secrets:r,setSecrets:o}){let[n,i]=p(null),a=()=>K(`subscribers/${t}/private/${P(e)}/secrets`).then(o,i);return r?s`<table><tbody>${Object.entries(r).filter(([,c])=>typeof c=="string").map(([c,l])=>s`<tr><th>${g.secretNames[c]??c}</th><td class="mono">${l}</td></tr>`)}
        ${(r.ha1??[]).map(c=>s`<tr><th>HA1 ${c.algorithm}</th><td class="mono">${c.value}</td></tr>`)}</tbody></table>`:s`<${h} problem=${n} /><button onClick=${a}>${g.reveal}</button> <span class="quiet">${g.revealSays}</span>`}function $e({s:t,secrets:e,setSecrets:r}){return s`<section class="card"><h2>${g.proof}</h2>
        ${t.privates.map(o=>s`
            <h3 class="mono">${o.impi}</h3>
            <p>${o.aka&&g.akaSays(o.aka.algorithm)} ${o.digest&&g.digestSays(o.digest.algorithm??"MD5")}</p>
            ${A.value?.role!=="viewer"&&s`<${le} id=${t.id} impi=${o.impi} secrets=${e[o.impi]} setSecrets=${n=>r({...e,[o.impi]:n})} />`}`)}
    </section>`}function ce({s:t}){let{value:e,problem:r}=F(`subscribers/${t.id}/registration`,ae),o=new Set([...t.sets.flatMap(a=>a.publics).map(a=>a.impu),...t.privates.map(a=>a.impi)]),n=pt().find(a=>a.method==="REGISTER"&&a.kind!=="note"&&!a.solved&&o.has(a.subject)),i=[...new Set((e?.sets??[]).map(a=>a.state))];return s`<div class="row" role="status">${r?s`<${h} problem=${r} />`:i.map(a=>s`<span class=${`pill ${a==="registered"?"good":""}`}>${g.states[a]??a}</span>`)}
        ${n&&s`<span>${g.lastFailure} <span class="quiet">${ft(n)}</span> <a href=${O("doctor",{id:n.id})}>${n.title}</a></span>`}</div>`}function Dt({id:t,isNew:e,editing:r}){let o=E=>_({edit:E?1:""}),[n,i]=p({}),a=A.value?.role!=="viewer",[c,l]=p(!1),{value:u,problem:$,reload:d}=F(`subscribers/${P(t)}`),[b,y]=p(null),j=()=>k("DELETE",`subscribers/${u.id}`,void 0,{headers:{"If-Match":`"${u.version}"`}}).then(()=>z("subscribers"),E=>{l(!1),y(E),d()}),U=$?.status===404&&!r;if($&&(!u||U))return s`<${h} problem=${$} /><a href=${O("subscribers")}>${g.back}</a>`;if(!u)return s`<p>${m.loading}</p>`;let I=u.sets.map(Rt).find(Boolean)??u.sets[0]?.publics[0]?.impu,J=u.sets.flatMap(E=>E.publics).find(E=>E.impu===I)?.display_name||I||u.privates[0]?.impi;return s`
        <div class="head"><a href=${O("subscribers")}>${g.title}</a> <span aria-hidden="true">/</span> <h1>${J}</h1>
            <div class="end">
                ${I&&s`<a class="button" href=${O("registrations",{},I)}>${g.whereRegistered}</a><a class="button" href=${O("ladder",{user:I})}>${g.messages}</a>`}
                ${a&&s`<button onClick=${()=>o(!0)}>${g.edit}</button><button class="danger" onClick=${()=>l(!0)}>${g.remove}</button>`}
            </div></div>
        ${!c&&s`<${ce} s=${u} />`}
        ${e&&s`<div class="banner good" role="status">${g.added}</div>`}
        <${h} problem=${$} /><${h} problem=${b} />
        <div class="cards person"><div class="stack"><${ie} s=${u} /><${$e} s=${u} secrets=${n} setSecrets=${i} /></div><${_t} s=${u} given=${G.value?.id===String(u.id)?G.value.password:""} secrets=${n} /><${kt} s=${u} canChange=${a} /></div>
        ${r&&s`<${wt} id=${u.id} onClose=${()=>o(!1)} onSaved=${()=>{o(!1),i({}),d()}} />`}
        ${c&&s`<${S} title=${g.removeAsk(J)} onClose=${()=>l(!1)}>
            <p>${g.removeSays}</p><div class="row"><button class="danger" onClick=${j}>${g.remove}</button><button onClick=${()=>l(!1)}>${m.cancel}</button></div></${S}>`}`}var f=m.subscribers;function ue(t,{password:e,k:r,op:o,opc:n}){return t==="password"?{password:e}:t==="op"?{k:r,op:o}:{k:r,opc:n}}function de({name:t,onClose:e,onAdded:r}){let[o,n]=p({name:t,number:"",kind:"password",password:"",k:"",op:"",opc:""}),[i,a]=p(null),c=$=>d=>n({...o,[$]:d.target.value}),l=($,d,b)=>s`<${M} label=${d} hint=${b} value=${o[$]} onInput=${c($)} bad=${Q(i,$)} />`,u=async $=>{$.preventDefault();let d={name:o.name,number:o.number,...ue(o.kind,o)};d.number.trim()||delete d.number;try{r((await k("POST","subscribers",d)).value,d)}catch(b){a(b)}};return s`<${S} title=${f.add} onClose=${e}><form onSubmit=${u}>
        <${h} problem=${i} />
        ${l("name",f.name,f.nameHint)}
        ${l("number",f.number,f.numberHint)}
        <${M} label=${f.secret} value=${o.kind} onChange=${c("kind")} options=${[["password",f.password],["opc",f.kOpc],["op",f.kOp]]} />
        ${o.kind==="password"?l("password",f.password,f.passwordHint):s`
            ${l("k","K",f.keyHint)}
            ${o.kind==="op"?l("op","OP",f.opHint):l("opc","OPc",f.opcHint)}`}
        <div class="row"><button class="primary">${f.add}</button><button type="button" onClick=${e}>${m.cancel}</button></div>
    </form></${S}>`}function pe({state:t}){return s`<span class=${`pill ${t==="registered"?"good":""}`}>${f.states[t]??t}</span>`}function me(t){return t.sets.flatMap(e=>e.publics)}function fe({s:t}){let e=me(t),r=e.find(o=>!o.barred)??e[0];return s`<tr ...${gt()}>
        <td><a href=${O("subscribers",{},String(t.id))}><${L} text=${r?.display_name||r?.impu||t.privates[0]?.impi} /></a></td>
        <td class="mono">${e.map(o=>s`<div><${L} text=${o.impu} />${o.barred?` (${f.barred})`:""}</div>`)}</td>
        <td>${t.privates.map(o=>s`<div>${[o.aka&&o.aka.algorithm,o.digest&&`digest ${o.digest.algorithm??""}`].filter(Boolean).join(", ")}</div>`)}</td>
        <td>${[...new Set(t.sets.map(o=>o.state).filter(Boolean))].map(o=>s`<${pe} state=${o} />`)}</td></tr>`}function be(){let t=(Y.value?.networks??[]).map(e=>e.domain);return t.length<2?null:s`<select aria-label=${f.network} value=${X.value||t[0]} onChange=${e=>_({network:e.target.value,after:""})}>
        ${t.map(e=>s`<option value=${e}>${e}</option>`)}</select>`}function he(t){let e=mt(t),r=Y.value?.networks.length>1&&e&&X.value!==e?e:"";return H(()=>{r&&_({network:r})},[r]),!r&&Y.value}function ge({params:t}){let e=t.get("q")??"",r=t.get("after")??"",o=t.get("add"),[n,i]=p(o===null?"":"one"),a=()=>{i(""),o!==null&&_({add:""})},{value:c,problem:l,reload:u}=F(`subscribers?limit=50${e?`&q=${P(e)}`:""}${r?`&after=${P(r)}`:""}`),$=A.value?.role!=="viewer";return s`
        <div class="head"><h1>${f.title}</h1>
            <nav class="row" aria-label=${f.title}>
                <a class="button" href=${O("subscribers",{},"catalogue")}>${m.catalogue.title}</a>
                <a class="button" href=${O("subscribers",{},"changes")}>${f.changes}</a></nav>
            <div class="end">
                <select aria-label=${f.exportAs} value="" onChange=${d=>{d.target.value&&location.assign(`api/v1/${dt(`export?format=${d.target.value}`)}`),d.target.value=""}}>
                    <option value="">${f.exportAs}…</option><option value="csv">CSV</option><option value="yaml">YAML</option></select>
                ${$&&s`<button onClick=${()=>i("import")}>${f.importFile}</button><button onClick=${()=>i("many")}>${f.many}</button>
                    <button class="primary" onClick=${()=>i("one")}>${f.add}</button>`}
            </div></div>
        <p class="lead">${f.lead}</p>
        <div class="row filters" role="search">
            <input type="search" class="wide-search" aria-label=${f.search} placeholder=${f.search} value=${e} onInput=${d=>_({q:d.target.value,after:""})} />
            <${be} /></div>
        <${h} problem=${l} />
        ${c&&s`<div class="card"><table>
            <thead><tr><th>${f.name}</th><th>${f.identities}</th><th>${f.proof}</th><th>${f.state}</th></tr></thead>
            <tbody>${c.subscribers.map(d=>s`<${fe} key=${d.id} s=${d} />`)}</tbody></table>
            ${c.subscribers.length===0&&s`<div class="empty"><p>${e?f.noneFound:f.none}</p></div>`}
            <div class="row"><span class="quiet">${f.total(c.total)}</span>
                ${r&&s`<button onClick=${()=>_({after:""})}>${f.firstPage}</button>`}
                ${c.next_after&&s`<button onClick=${()=>_({after:c.next_after})}>${f.nextPage}</button>`}
            </div></div>`}
        ${n==="import"&&s`<${Mt} onClose=${a} onDone=${u} />`}
        ${n==="many"&&s`<${Ft} onClose=${a} onDone=${u} />`}
        ${n==="one"&&s`<${de} name=${o??""} onClose=${a} onAdded=${(d,b)=>{G.value={id:String(d.id),password:b.password},z("subscribers",{new:1},String(d.id))}} />`}`}function or({rest:t,params:e}){return he(t[0])?t[0]==="catalogue"?s`<${St} />`:t[0]==="changes"?s`<${Ct} params=${e} />`:t[0]?s`<${Dt} key=${t[0]} id=${t[0]} isNew=${e.get("new")==="1"} editing=${e.get("edit")==="1"} />`:s`<${ge} key=${X.value} params=${e} />`:s`<p>${m.loading}</p>`}export{or as SubscribersView};
