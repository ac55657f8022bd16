import{a as bt,b as ht}from"./chunk-LIHTGM7Q.js";import{a as vt}from"./chunk-NQGTX2T7.js";import{a as gt}from"./chunk-JCNMH34H.js";import{a as B,b as ft,e as M}from"./chunk-XAACSVHE.js";import"./chunk-U2QPY34V.js";import{A as mt,f as pt,s as W,u as j,z as Z}from"./chunk-TWZC2U6G.js";import{a as dt,b as k,c as Q,d as P}from"./chunk-GCIWL22W.js";import{a as yt,b as tt}from"./chunk-HPGTDE6D.js";import{a as S,b as _,c as h,d as Y}from"./chunk-EASSPT2Q.js";import{b as p,c as V,i as ut,m as A,n as O,o as K,p as E,q as m,r as s}from"./chunk-FYMHHVDG.js";var U=m.editor,Nt=new Set(["id","version"]),Ht={subscriber:()=>import("./form-K22PGJZF.js").then(t=>t.SubscriberForm),profile:()=>import("./criteria-GIGUIUWH.js").then(t=>t.ProfileForm),criteria:()=>import("./criteria-GIGUIUWH.js").then(t=>t.CriteriaForm),charging:()=>import("./criteria-GIGUIUWH.js").then(t=>t.ChargingForm)};function Lt(t){return JSON.stringify(t,null,2)}function Vt({problem:t}){if(!t)return null;let e=t.errors?.filter(r=>r.pointer)??[];return e.length===0?s`<${h} problem=${t} />`:s`<div class="banner bad" role="alert"><ul>${e.map(r=>s`<li><code>${r.pointer}</code> ${r.detail}</li>`)}</ul></div>`}function Bt({kind:t,title:e,says:r,path:o,id:n,value:i,etag:a,onClose:l,onSaved:u}){let[c,$]=p(()=>Object.fromEntries(Object.entries(i).filter(([w])=>!Nt.has(w)))),[d,b]=p(null),[y,I]=p("form"),[G,z]=p(null),[H,L]=p(!1),[D,At]=p(null);V(()=>{Ht[t]().then(w=>At(()=>w))},[t]);let jt=w=>{L(!1),$(w)},lt=()=>d===null?c:JSON.parse(d),$t=w=>z(w instanceof SyntaxError?{message:`${U.noJson} ${w.message}`}:w),It=w=>{try{let N=lt();$(N),b(w==="json"?Lt(N):null),I(w)}catch(N){$t(N)}},ct=async w=>{L(!1);try{let N=await k("PUT",`${o}${w?"?dry_run=true":""}`,lt(),{headers:a?{"If-Match":a}:{}});z(null),w?L(!0):u(N.value)}catch(N){$t(N)}};return s`<${S} title=${e} look="drawer" onClose=${l}>
        <p class="quiet">${r}</p>
        <${bt} list=${["form","json",...t==="profile"||t==="criteria"?["xml"]:[]].map(w=>[w,U.tabs[w]])} shown=${y} panel="edit-panel" onChoose=${It} />
        <div class="sheet" id="edit-panel" role="tabpanel" aria-labelledby=${`edit-panel-${y}`} tabindex="0">
            ${y==="form"&&(D?s`<${D} form=${{model:c,change:jt,problem:G}} id=${n} />`:s`<p>${m.loading}</p>`)}
            ${y==="json"&&s`<textarea class="model" aria-label=${U.model} rows="26" spellcheck=${!1} value=${d} onInput=${w=>{L(!1),b(w.target.value)}}></textarea>`}
            ${y==="xml"&&s`<pre>${tt(c.ifc??[])}</pre>`}</div>
        <${Vt} problem=${G} />
        ${H&&s`<div class="banner good" role="status">✓ ${U.good}</div>`}
        <div class="row"><button class="primary" onClick=${()=>ct(!1)}>${m.save}</button><button onClick=${()=>ct(!0)}>${U.check}</button><button onClick=${l}>${m.cancel}</button></div></${S}>`}function et({path:t,title:e,onClose:r,...o}){let[n,i]=p(null),[a,l]=p(null);return V(()=>{k("GET",t).then(i,l)},[t]),a?s`<${S} title=${e} onClose=${r}><${h} problem=${a} /></${S}>`:n&&s`<${Bt} path=${t} title=${e} value=${n.value} etag=${n.etag} onClose=${r} ...${o} />`}function wt({id:t,onClose:e,onSaved:r}){return s`<${et} kind="subscriber" title=${U.title} says=${U.says} path=${`subscribers/${P(t)}`} id=${t} onClose=${e} onSaved=${r} />`}var v=m.ifc;function st({list:t,asXml:e}){return e?s`<pre>${tt(t)}</pre>`:s`<ol class="plain">${[...t].sort((r,o)=>(r.priority??0)-(o.priority??0)).map(r=>s`<li class="criterion">
        <span class="pill">${r.priority??0}</span> ${yt(r)}</li>`)}</ol>`}function X({kind:t,path:e,title:r,says:o,canChange:n,extra:i,children:a}){let{value:l,problem:u,reload:c}=M(e),[$,d]=p(!1),[b,y]=p(!1),I=()=>{d(!1),c()};if(!l)return s`<${h} problem=${u} />`;let G=l.ifc?.length>0;return s`<h3>${r}</h3><${h} problem=${u} />${a(l,b)}
        <div class="row">${G&&s`<button aria-pressed=${b} onClick=${()=>y(!b)}>XML</button>`}
            ${n&&s`<button aria-label=${`${v.edit}: ${r}`} onClick=${()=>d(!0)}>${v.edit}</button>`}${i}</div>
        ${$&&s`<${et} kind=${t} title=${r} says=${o} path=${e} onClose=${I} onSaved=${I} />`}`}function rt({name:t,canChange:e,extra:r}){return s`<${X} kind="profile" path=${`profiles/${P(t)}`} title=${v.profile(t)} says=${v.editSays} canChange=${e} extra=${r}>${(o,n)=>s`
        ${o.ifc?.length?s`<${st} list=${o.ifc} asXml=${n} />`:s`<p>${v.none}</p>`}
        ${o.services?.length>0&&s`<p class="quiet">${v.servicesAre(o.services.join(", "))}</p>`}
        ${o.shared_ifc?.length>0&&s`<p>${v.shared(o.shared_ifc.join(", "))}</p>`}`}</${X}>`}function Ut({a:t}){return s`<div role="status">
        <p><strong>${t.next?v.goesTo(t.next):v.goesOn}</strong> <span class="quiet">${t.method}, ${t.session_case}</span></p>
        ${t.criteria.map(e=>s`<p><span class=${`pill ${e.matched?"good":""}`}>${e.matched?`\u2713 ${v.matches}`:`\u2717 ${v.matchesNot}`}</span> ${e.priority}, ${e.server}: ${e.sentence}</p>`)}</div>`}function Xt(t){let[e,r]=t.replace(/^\w+:/,"").split("@");return`sip:${e==="bob"?"alice":"bob"}@${r??A.value??Z.value[0]?.domain}`}function Gt({identity:t}){let[e,r]=p({request:`INVITE ${Xt(t)}`,session_case:"originating",registered:""}),[o,n]=p(null),[i,a]=p(null),l=c=>$=>r({...e,[c]:$.target.value}),u=c=>{c.preventDefault();let $={identity:t,request:e.request,session_case:e.session_case,...e.registered&&{registered:e.registered==="yes"}};k("POST","ifc/test",$).then(({value:d})=>{a(null),n(d)},a)};return s`<h3>${v.test}</h3><form onSubmit=${u}><${h} problem=${i} />
        <div class="field"><label>${v.request} <textarea rows="3" spellcheck=${!1} value=${e.request} onInput=${l("request")}></textarea></label></div>
        <div class="grid"><${_} label=${v.sessionCase} value=${e.session_case} onChange=${l("session_case")} options=${Object.entries(v.cases)} />
        <${_} label=${v.registered} value=${e.registered} onChange=${l("registered")} options=${Object.entries(v.registeredAs)} /></div>
        <button class="primary">${v.run}</button></form>
        ${o&&s`<${Ut} a=${o} />`}`}function kt({s:t,canChange:e}){let r=vt(),o=t.sets.flatMap(a=>a.publics),n=[...new Set(o.map(a=>a.profile).filter(Boolean))],i=o.find(a=>!a.barred)?.impu;return s`<section class="card wide" aria-label=${v.title}><h2>${v.title}</h2><p class="quiet">${v.says} <a href=${O("subscribers",{},"catalogue")}>${m.catalogue.title}</a></p>
        ${n.length?n.map(a=>s`<${rt} key=${a} name=${a} canChange=${e} />`):s`<p>${v.noProfile}</p>`}
        ${e&&i&&r("post","/ifc/test")&&s`<${Gt} identity=${i} />`}</section>`}var C=m.catalogue,ot=m.ifc;function Jt({name:t,canChange:e,extra:r}){return s`<${X} kind="criteria" path=${`shared-ifc/${P(t)}`} title=${C.sharedNo(t)} says=${ot.editSays} canChange=${e} extra=${r}>
        ${(o,n)=>o.ifc?.length?s`<${st} list=${o.ifc} asXml=${n} />`:s`<p>${ot.none}</p>`}</${X}>`}function zt({name:t,canChange:e,extra:r}){return s`<${X} kind="charging" path=${`charging/${P(t)}`} title=${t} says=${C.chargingSays} canChange=${e} extra=${r}>
        ${o=>s`<table><tbody>${Object.entries(ot.chargingNames).filter(([n])=>o[n]).map(([n,i])=>s`<tr><th>${i}</th><td class="mono">${o[n]}</td></tr>`)}</tbody></table>`}</${X}>`}var Kt=[{path:"profiles",list:"profiles",key:"name",title:C.profiles,says:C.profilesSay,hint:C.nameHint,View:rt,fresh:{}},{path:"shared-ifc",list:"shared_ifc",key:"id",title:C.shared,says:C.sharedSays,hint:C.numberHint,View:Jt,fresh:{ifc:[]}},{path:"charging",list:"charging",key:"name",title:C.charging,says:C.chargingSays,hint:C.nameHint,View:zt,fresh:{ccf:"aaa://ccf.example"}}];function Qt({part:t,canChange:e}){let{value:r,problem:o,reload:n}=M(t.path),[i,a]=p(""),[l,u]=p(null),c=b=>b.then(()=>{u(null),a(""),n()},u),$=b=>{b.preventDefault(),c(k("PUT",`${t.path}/${P(i.trim())}`,t.fresh,{headers:{"If-None-Match":"*"}}))},d=(r?.[t.list]??[]).map(b=>b[t.key]);return s`<section class="card" aria-label=${t.title}><h2>${t.title}</h2><p class="quiet">${t.says}</p><${h} problem=${l??o} />
        ${d.map(b=>s`<div class="entry" key=${b}><${t.View} name=${b} canChange=${e}
            extra=${e&&s`<button class="danger" aria-label=${C.drop(b)} onClick=${()=>c(k("DELETE",`${t.path}/${P(b)}`))}>${m.subscribers.remove}</button>`} /></div>`)}
        ${r&&d.length===0&&s`<p>${C.none}</p>`}
        ${e&&s`<form class="row adding" onSubmit=${$}><${_} label=${C.newOne} hint=${t.hint} value=${i} onInput=${b=>a(b.target.value)} required />
            <button class="primary">${C.add}</button></form>`}</section>`}function St(){let t=j.value?.role!=="viewer";return s`<div class="head"><a href=${O("subscribers")}>${m.subscribers.title}</a> <span aria-hidden="true">/</span> <h1>${C.title}</h1></div>
        <p class="lead">${C.lead}</p>
        <div class="cards">${Kt.map(e=>s`<${Qt} key=${e.path} part=${e} canChange=${t} />`)}</div>`}var F=m.changes;function Yt(t){return new Date(t).toLocaleString("sv-SE")}function Wt({e:t,undo:e}){let r=t.can_undo&&!t.undone_by&&j.value?.role!=="viewer";return s`<tr>
        <td class="number">${t.number}</td><td>${Yt(t.time)}</td><td>${t.who}</td><td>${F.actions[t.action]??t.action}</td>
        <td class="mono">${t.what}${(t.before||t.after)&&s`<details><summary>${F.details}</summary>
            ${t.before&&s`<h3>${F.before}</h3><pre>${JSON.stringify(t.before,null,1)}</pre>`}${t.after&&s`<h3>${F.after}</h3><pre>${JSON.stringify(t.after,null,1)}</pre>`}</details>`}</td>
        <td>${t.undone_by?s`<span class="pill">${F.undone(t.undone_by)}</span>`:r?s`<button onClick=${()=>e(t.number)} aria-label=${`${F.undo} ${t.number}`}>${F.undo}</button>`:s`<span class="quiet">${t.why_not}</span>`}</td></tr>`}function Ct({params:t}){let e=t.get("before")??"",{value:r,problem:o,reload:n}=M(`audit?limit=50${e?`&before=${e}`:""}`),[i,a]=p(null),l=u=>k("POST",`audit/${u}/undo`).then(()=>{a(null),n()},a);return s`
        <div class="head"><a href=${O("subscribers")}>${m.subscribers.title}</a> <span aria-hidden="true">/</span> <h1>${F.title}</h1></div>
        <p class="lead">${F.lead}</p><${h} problem=${i??o} />
        ${r&&s`<div class="card scroll"><table class="tight"><thead><tr>${F.columns.map((u,c)=>s`<th class=${c===0?"number":""}>${u}</th>`)}<th><span class="sr">${F.undo}</span></th></tr></thead>
            <tbody>${r.entries.map(u=>s`<${Wt} key=${u.number} e=${u} undo=${l} />`)}</tbody></table>
            <div class="row">${e&&s`<button onClick=${()=>E({before:""})}>${m.subscribers.firstPage}</button>`}
                ${r.next_before&&s`<button onClick=${()=>E({before:r.next_before})}>${m.subscribers.nextPage}</button>`}</div></div>`}`}var q=m.subscribers.phone;function Zt(t){let e=(t.digest?.algorithm??"MD5")==="MD5";return t.aka?["sim"]:[t.digest&&"linphone",t.digest&&e&&"baresip"].filter(Boolean)}function xt(t){let e=t.privates.flatMap(o=>Zt(o).map(n=>({id:`${n} ${o.impi}`,kind:n,impi:o.impi}))),r=o=>e.filter(n=>n.kind===o).length>1;return e.map(o=>({...o,name:r(o.kind)?`${q.kinds[o.kind]}, ${o.impi}`:q.kinds[o.kind]}))}function Ot(t,e,r){let o=r.find($=>$.role==="hss"&&$.domain===e.split("@")[1])?.domain,i=r.find($=>$.role==="pcscf"&&(!o||$.domain===o))?.listeners.find($=>$.trust==="gm"),l=t.sets.filter($=>!$.privates||$.privates.includes(e)).flatMap($=>$.publics).find($=>$.impu.startsWith("sip:")&&!$.barred)?.impu??"",[u,c]=l.replace(/^sip:/,"").split("@");return{user:u,domain:c,impi:e,impu:l,proxy:i?.advertised??i?.at??""}}function Pt(t,e,r,o){let n=o||q.yours;return{linphone:[[q.user,e.user],[q.auth,e.impi],[q.domain,e.domain],[q.secret,n],[q.proxy,`<sip:${e.proxy};transport=udp>`],[q.transport,"UDP"]],baresip:[["~/.baresip/accounts",`<sip:${e.user}@${e.domain};transport=udp>;auth_user=${e.impi};auth_pass=${n};outbound="sip:${e.proxy};lr";regint=600`]],sim:[["K",r?.k??q.revealFirst],["OPc",r?.opc??q.revealFirst],["IMPI",e.impi],["IMPU",e.impu],[q.domain,e.domain],["P-CSCF",e.proxy]]}[t]}function Tt(t,e,r){return t!=="baresip"||e.impi!==`${e.user}@${e.domain}`?"":["tools/phone",...[e.user,r||q.yours,e.proxy,...e.domain==="ims.example"?[]:[e.domain]].map(n=>/^[\w.:@+-]+$/.test(n)?n:`'${n.replaceAll("'","'\\''")}'`)].join(" ")}function qt(t){return t.length===1?t[0][1]:t.map(([e,r])=>`${e}: ${r}`).join(`
`)}var x=m.subscribers.phone,J=ut(null);function te(t,e){let r=J.value;return r?.network===A.value&&r.id===t.id&&r.impi===e?r.password:""}function ee({text:t}){let[e,r]=p(null);return V(()=>{let o=!0;return import("./qrcode-CCTWPE6S.js").then(({default:n})=>{let i=n(0,"M");i.addData(t),i.make();let a=i.getModuleCount(),l="";for(let u=0;u<a;u++)for(let c=0;c<a;c++)i.isDark(u,c)&&(l+=`M${c} ${u}h1v1h-1z`);o&&r({n:a,path:l})}),()=>{o=!1}},[t]),e?s`<svg class="qr" role="img" aria-label=${x.qr} viewBox=${`-2 -2 ${e.n+4} ${e.n+4}`} shape-rendering="crispEdges">
        <rect x="-2" y="-2" width=${e.n+4} height=${e.n+4} fill="#fff" /><path d=${e.path} fill="#000" /></svg>`:s`<p>${m.loading}</p>`}function Et({text:t}){let[e,r]=p("");return navigator.clipboard?s`<button onClick=${()=>navigator.clipboard.writeText(t).then(()=>r(t),()=>r(""))}>${x.copy}</button><span role="status">${e===t&&s`<span class="pill good">✓ ${x.copied}</span>`}</span>`:null}function _t({s:t,secrets:e}){let r=xt(t),[o,n]=p(""),[i,a]=p(!1),l=r.find(y=>y.id===o)??r[0];if(!l)return s`<section class="card tallest" aria-label=${x.title}><h2>${x.title}</h2><p>${x.none}</p></section>`;let u=Ot(t,l.impi,Z.value),c=te(t,l.impi),$=Pt(l.kind,u,e[l.impi],c),d=Tt(l.kind,u,c),b=qt($);return s`<section class="card tallest" aria-label=${x.title}><h2>${x.title}</h2>
        ${r.length>1&&s`<div class="row kinds" role="group" aria-label=${x.kind}>${r.map(y=>s`<button key=${y.id} aria-pressed=${y===l} onClick=${()=>n(y.id)}>${y.name}</button>`)}</div>`}
        <p class="quiet">${x.says[l.kind]} ${l.kind==="sim"?"":c?x.given:x.forgotten(x.yours)}</p>
        <table><tbody>${$.map(([y,I])=>s`<tr><th>${y}</th><td class="mono"><${B} text=${I} /></td></tr>`)}</tbody></table>
        <p class="row"><${Et} text=${b} /><button aria-expanded=${i} aria-controls="phone-qr" onClick=${()=>a(!i)}>${i?x.hideQr:x.qr}</button></p>
        ${d&&s`<p class="quiet">${x.command}</p><p class="row"><code>${d}</code><${Et} text=${d} /></p>`}
        <div id="phone-qr">${i&&s`<${ee} text=${b} /><p class="quiet">${x.qrSays[l.kind]}</p>`}</div></section>`}var R=m.imports,nt=1<<19,se=250,at=new Set(["done","failed","cancelled"]);async function re(t,e,r){let o=/\.csv$/i.test(t.name)?"csv":"yaml",{value:n}=await k("POST","imports",{format:o,name:t.name});for(let i=0;i<t.size;i+=nt){let a=await t.slice(i,i+nt).arrayBuffer();await k("PUT",`imports/${n.id}/part?offset=${i}`,a,{type:"application/octet-stream"}),r({...n,sent:Math.min(t.size,i+nt)/t.size})}for(await k("POST",`imports/${n.id}/run${e?"?dry_run=true":""}`);;){let i=await Q(`imports/${n.id}`);if(r(i),at.has(i.state))return;await new Promise(a=>{setTimeout(a,se)})}}function oe({s:t}){let e=t.subscribers?(t.stored??0)/t.subscribers:null;return s`<div role="status">
        <p>${R.states[t.state]}${t.sent<1&&t.state==="open"?` ${Math.round(t.sent*100)} %`:""}</p>
        ${!at.has(t.state)&&s`<progress aria-label=${R.progress} value=${t.state==="open"?t.sent:e} max="1"></progress>`}
        ${t.state==="done"&&s`<p>${t.dry_run?R.would(t.inserted,t.unchanged):R.did(t.inserted,t.unchanged)}</p>`}
        ${t.detail&&s`<p class="banner bad">${t.detail}</p>`}
        ${t.errors?.length>0&&s`<div class="scroll tall"><table><thead><tr><th>${R.line}</th><th>${R.wrong}</th></tr></thead>
            <tbody>${t.errors.map(r=>s`<tr><td class="number">${r.line}${r.column?`:${r.column}`:""}</td><td>${r.detail}</td></tr>`)}</tbody></table></div>`}</div>`}function Mt({onClose:t,onDone:e}){let[r,o]=p(null),[n,i]=p(null),[a,l]=p(null),u=n&&!at.has(n.state)&&!a,c=$=>{l(null),re(r,$,i).then(e,l)};return s`<${S} title=${R.title} onClose=${t}>
        <p>${R.says}</p><${h} problem=${a} />
        <p><label>${R.file} <input type="file" accept=".yaml,.yml,.csv" onChange=${$=>{o($.target.files[0]??null),i(null)}} /></label></p>
        ${n&&s`<${oe} s=${n} />`}
        <div class="row"><button class="primary" disabled=${!r||u} onClick=${()=>c(!1)}>${R.run}</button>
            <button disabled=${!r||u} onClick=${()=>c(!0)}>${R.check}</button><button onClick=${t}>${m.close}</button></div></${S}>`}var T=m.many,it=["number","impi","password","k","opc"];function ne(t){let e=r=>/[",\n]/.test(r??"")?`"${r.replace(/"/g,'""')}"`:r??"";return[it.join(","),...t.map(r=>it.map(o=>e(r[o])).join(","))].join(`
`)+`
`}function ae({result:t,onClose:e}){let r=it.filter(o=>t.subscribers.some(n=>n[o]));return s`<p role="status">${T.created(t.created)}</p>
        <div class="scroll tall"><table><thead><tr>${r.map(o=>s`<th>${T.columns[o]}</th>`)}</tr></thead>
            <tbody>${t.subscribers.map(o=>s`<tr>${r.map(n=>s`<td class="mono">${o[n]}</td>`)}</tr>`)}</tbody></table></div>
        <div class="row"><button class="primary" onClick=${()=>ht("subscribers.csv","text/csv",ne(t.subscribers))}>${T.keep}</button>
            <button onClick=${e}>${m.close}</button></div>`}function Ft({onClose:t,onDone:e}){let[r,o]=p({first:"1101",count:"30",name:"",generate:"password"}),[n,i]=p(null),[a,l]=p(null),u=($,d,b)=>s`<${_} label=${d} hint=${b} value=${r[$]} bad=${Y(n,$)}
        onInput=${y=>o({...r,[$]:y.target.value})} />`,c=$=>{$.preventDefault();let d={first:r.first.trim(),count:Number(r.count),generate:r.generate,...r.name&&{name:r.name}};k("POST","subscribers/ranges",d).then(({value:b})=>{l(b),e()},i)};return s`<${S} title=${T.title} onClose=${t}>${a?s`<${ae} result=${a} onClose=${t} />`:s`<form onSubmit=${c}>
        <p>${T.says}</p><${h} problem=${n} />
        ${u("first",T.first,T.firstHint)}${u("count",T.count,T.countHint)}${u("name",T.name,T.nameHint)}
        <${_} label=${T.generate} value=${r.generate} onChange=${$=>o({...r,generate:$.target.value})} options=${[["password",T.passwords],["key",T.keys]]} />
        <div class="row"><button class="primary">${T.add}</button><button type="button" onClick=${t}>${m.cancel}</button></div></form>`}</${S}>`}var g=m.subscribers,ie=3e3;function Rt(t){return t.publics.find(e=>!e.barred&&!e.type?.startsWith("wildcarded"))?.impu}function le({s:t}){return s`<section class="card"><h2>${g.identities}</h2>
        ${t.sets.map((e,r)=>s`
            <h3>${t.sets.length>1?g.setNumber(r+1):g.oneSet}</h3>
            <table><tbody>${e.publics.map(o=>s`<tr>
                <td><span class="mono"><${B} text=${o.impu} /></span> <span class="quiet">${o.display_name}</span></td>
                <td class="rightmost">${o.impu===Rt(e)?s`<span class="pill good">${g.isDefault}</span>`:o.barred&&s`<span class="pill warn">${g.barred}</span>`}</td></tr>`)}</tbody></table>`)}
        <p class="quiet">${g.setSays}</p></section>`}function $e({id:t,impi:e,secrets:r,setSecrets:o}){let[n,i]=p(null),a=()=>Q(`subscribers/${t}/private/${P(e)}/secrets`).then(o,i);return r?s`<table><tbody>${Object.entries(r).filter(([,l])=>typeof l=="string").map(([l,u])=>s`<tr><th>${g.secretNames[l]??l}</th><td class="mono">${u}</td></tr>`)}
        ${(r.ha1??[]).map(l=>s`<tr><th>HA1 ${l.algorithm}</th><td class="mono">${l.value}</td></tr>`)}</tbody></table>`:s`<${h} problem=${n} /><button onClick=${a}>${g.reveal}</button> <span class="quiet">${g.revealSays}</span>`}function ce({s:t,secrets:e,setSecrets:r}){return s`<section class="card"><h2>${g.proof}</h2>
        ${t.privates.map(o=>s`
            <h3 class="mono">${o.impi}</h3>
            <p>${o.aka&&g.akaSays(o.aka.algorithm)} ${o.digest&&g.digestSays(o.digest.algorithm??"MD5")}</p>
            ${j.value?.role!=="viewer"&&s`<${$e} id=${t.id} impi=${o.impi} secrets=${e[o.impi]} setSecrets=${n=>r({...e,[o.impi]:n})} />`}`)}
    </section>`}function ue({s:t}){let{value:e,problem:r}=M(`subscribers/${t.id}/registration`,ie),o=new Set([...t.sets.flatMap(a=>a.publics).map(a=>a.impu),...t.privates.map(a=>a.impi)]),n=pt().find(a=>a.method==="REGISTER"&&a.kind!=="note"&&!a.solved&&o.has(a.subject)),i=[...new Set((e?.sets??[]).map(a=>a.state))];return s`<div class="row" role="status">${r?s`<${h} problem=${r} />`:i.map(a=>s`<span class=${`pill ${a==="registered"?"good":""}`}>${g.states[a]??a}</span>`)}
        ${n&&s`<span>${g.lastFailure} <span class="quiet">${ft(n)}</span> <a href=${O("doctor",{id:n.id})}>${n.title}</a></span>`}</div>`}function Dt({id:t,isNew:e,editing:r}){let o=D=>E({edit:D?1:""}),[n,i]=p({}),a=j.value?.role!=="viewer",[l,u]=p(!1),{value:c,problem:$,reload:d}=M(`subscribers/${P(t)}`),[b,y]=p(null),I=()=>{o(!1),i({}),J.value=null,d()},G=()=>k("DELETE",`subscribers/${c.id}`,void 0,{headers:{"If-Match":`"${c.version}"`}}).then(()=>K("subscribers"),D=>{u(!1),y(D),d()}),z=$?.status===404&&!r;if($&&(!c||z))return s`<${h} problem=${$} /><a href=${O("subscribers")}>${g.back}</a>`;if(!c)return s`<p>${m.loading}</p>`;let H=c.sets.map(Rt).find(Boolean)??c.sets[0]?.publics[0]?.impu,L=c.sets.flatMap(D=>D.publics).find(D=>D.impu===H)?.display_name||H||c.privates[0]?.impi;return s`
        <div class="head"><a href=${O("subscribers")}>${g.title}</a> <span aria-hidden="true">/</span> <h1>${L}</h1>
            <div class="end">
                ${H&&s`<a class="button" href=${O("registrations",{},H)}>${g.whereRegistered}</a><a class="button" href=${O("ladder",{user:H})}>${g.messages}</a>`}
                ${a&&s`<button onClick=${()=>o(!0)}>${g.edit}</button><button class="danger" onClick=${()=>u(!0)}>${g.remove}</button>`}
            </div></div>
        ${!l&&s`<${ue} s=${c} />`}
        ${e&&s`<div class="banner good" role="status">${g.added}</div>`}
        <${h} problem=${$} /><${h} problem=${b} />
        <div class="cards person"><div class="stack"><${le} s=${c} /><${ce} s=${c} secrets=${n} setSecrets=${i} /></div><${_t} s=${c} secrets=${n} /><${kt} s=${c} canChange=${a} /></div>
        ${r&&s`<${wt} id=${c.id} onClose=${()=>o(!1)} onSaved=${I} />`}
        ${l&&s`<${S} title=${g.removeAsk(L)} onClose=${()=>u(!1)}>
            <p>${g.removeSays}</p><div class="row"><button class="danger" onClick=${G}>${g.remove}</button><button onClick=${()=>u(!1)}>${m.cancel}</button></div></${S}>`}`}var f=m.subscribers;function de(t,{password:e,k:r,op:o,opc:n}){return t==="password"?{password:e}:t==="op"?{k:r,op:o}:{k:r,opc:n}}function pe({name:t,onClose:e,onAdded:r}){let[o,n]=p({name:t,number:"",kind:"password",password:"",k:"",op:"",opc:""}),[i,a]=p(null),l=$=>d=>n({...o,[$]:d.target.value}),u=($,d,b)=>s`<${_} label=${d} hint=${b} value=${o[$]} onInput=${l($)} bad=${Y(i,$)} />`,c=async $=>{$.preventDefault();let d={name:o.name,number:o.number,...de(o.kind,o)};d.number.trim()||delete d.number;try{r((await k("POST","subscribers",d)).value,d)}catch(b){a(b)}};return s`<${S} title=${f.add} onClose=${e}><form onSubmit=${c}>
        <${h} problem=${i} />
        ${u("name",f.name,f.nameHint)}
        ${u("number",f.number,f.numberHint)}
        <${_} label=${f.secret} value=${o.kind} onChange=${l("kind")} options=${[["password",f.password],["opc",f.kOpc],["op",f.kOp]]} />
        ${o.kind==="password"?u("password",f.password,f.passwordHint):s`
            ${u("k","K",f.keyHint)}
            ${o.kind==="op"?u("op","OP",f.opHint):u("opc","OPc",f.opcHint)}`}
        <div class="row"><button class="primary">${f.add}</button><button type="button" onClick=${e}>${m.cancel}</button></div>
    </form></${S}>`}function me({state:t}){return s`<span class=${`pill ${t==="registered"?"good":""}`}>${f.states[t]??t}</span>`}function fe(t){return t.sets.flatMap(e=>e.publics)}function be({s:t}){let e=fe(t),r=e.find(o=>!o.barred)??e[0];return s`<tr ...${gt()}>
        <td><a href=${O("subscribers",{},String(t.id))}><${B} text=${r?.display_name||r?.impu||t.privates[0]?.impi} /></a></td>
        <td class="mono">${e.map(o=>s`<div><${B} text=${o.impu} />${o.barred?` (${f.barred})`:""}</div>`)}</td>
        <td>${t.privates.map(o=>s`<div>${[o.aka&&o.aka.algorithm,o.digest&&`digest ${o.digest.algorithm??""}`].filter(Boolean).join(", ")}</div>`)}</td>
        <td>${[...new Set(t.sets.map(o=>o.state).filter(Boolean))].map(o=>s`<${me} state=${o} />`)}</td></tr>`}function he(){let t=(W.value?.networks??[]).map(e=>e.domain);return t.length<2?null:s`<select aria-label=${f.network} value=${A.value||t[0]} onChange=${e=>E({network:e.target.value,after:""})}>
        ${t.map(e=>s`<option value=${e}>${e}</option>`)}</select>`}function ge(t){let e=mt(t),r=W.value?.networks.length>1&&e&&A.value!==e?e:"";return V(()=>{r&&E({network:r})},[r]),!r&&W.value}function ve({params:t}){let e=t.get("q")??"",r=t.get("after")??"",o=t.get("add"),[n,i]=p(o===null?"":"one"),a=()=>{i(""),o!==null&&E({add:""})},{value:l,problem:u,reload:c}=M(`subscribers?limit=50${e?`&q=${P(e)}`:""}${r?`&after=${P(r)}`:""}`),$=j.value?.role!=="viewer";return s`
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
            <input type="search" class="wide-search" aria-label=${f.search} placeholder=${f.search} value=${e} onInput=${d=>E({q:d.target.value,after:""})} />
            <${he} /></div>
        <${h} problem=${u} />
        ${l&&s`<div class="card"><table>
            <thead><tr><th>${f.name}</th><th>${f.identities}</th><th>${f.proof}</th><th>${f.state}</th></tr></thead>
            <tbody>${l.subscribers.map(d=>s`<${be} key=${d.id} s=${d} />`)}</tbody></table>
            ${l.subscribers.length===0&&s`<div class="empty"><p>${e?f.noneFound:f.none}</p></div>`}
            <div class="row"><span class="quiet">${f.total(l.total)}</span>
                ${r&&s`<button onClick=${()=>E({after:""})}>${f.firstPage}</button>`}
                ${l.next_after&&s`<button onClick=${()=>E({after:l.next_after})}>${f.nextPage}</button>`}
            </div></div>`}
        ${n==="import"&&s`<${Mt} onClose=${a} onDone=${c} />`}
        ${n==="many"&&s`<${Ft} onClose=${a} onDone=${c} />`}
        ${n==="one"&&s`<${pe} name=${o??""} onClose=${a} onAdded=${(d,b)=>{J.value={network:A.value,id:d.id,impi:d.privates[0].impi,password:b.password},K("subscribers",{new:1},String(d.id))}} />`}`}function ar({rest:t,params:e}){return ge(t[0])?t[0]==="catalogue"?s`<${St} />`:t[0]==="changes"?s`<${Ct} params=${e} />`:t[0]?s`<${Dt} key=${t[0]} id=${t[0]} isNew=${e.get("new")==="1"} editing=${e.get("edit")==="1"} />`:s`<${ve} key=${A.value} params=${e} />`:s`<p>${m.loading}</p>`}export{ar as SubscribersView};
