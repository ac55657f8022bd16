import{a as ut,b as dt}from"./chunk-2DDHWA5S.js";import{a as pt}from"./chunk-2L3L33AT.js";import{a as I}from"./chunk-NXPEBXC7.js";import{j as J,l as D,q as ct}from"./chunk-AML74PII.js";import{a as lt,e as K,f as x,g as X,h as _,i as $t,j as v,k as G,l as C}from"./chunk-I2APVPOY.js";import{a as mt,b as Q}from"./chunk-MUWZO4NR.js";import{a as P,b as q,c as w,d as z}from"./chunk-HE727UG7.js";import{g as u,h as M,n as p,o as e}from"./chunk-LEUOWLHU.js";var H=p.editor,Ot=new Set(["id","version"]),Tt={subscriber:()=>import("./form-Q5JLRUPW.js").then(t=>t.SubscriberForm),profile:()=>import("./criteria-GFGAKR2H.js").then(t=>t.ProfileForm),criteria:()=>import("./criteria-GFGAKR2H.js").then(t=>t.CriteriaForm),charging:()=>import("./criteria-GFGAKR2H.js").then(t=>t.ChargingForm)};function _t(t){return JSON.stringify(t,null,2)}function Et({problem:t}){if(!t)return null;let s=t.errors?.filter(o=>o.pointer)??[];return s.length===0?e`<${w} problem=${t} />`:e`<div class="banner bad" role="alert"><ul>${s.map(o=>e`<li><code>${o.pointer}</code> ${o.detail}</li>`)}</ul></div>`}function W({kind:t,title:s,says:o,path:r,id:n,value:a,etag:i,onClose:l,onSaved:$}){let[f,d]=u(()=>Object.fromEntries(Object.entries(a).filter(([y])=>!Ot.has(y)))),[c,b]=u(null),[T,V]=u("form"),[E,N]=u(null),[F,U]=u(!1),[ot,Ct]=u(null);M(()=>{Tt[t]().then(y=>Ct(()=>y))},[t]);let xt=y=>{U(!1),d(y)},nt=()=>c===null?f:JSON.parse(c),at=y=>N(y instanceof SyntaxError?{message:`${H.noJson} ${y.message}`}:y),Pt=y=>{try{let j=nt();d(j),b(y==="json"?_t(j):null),V(y)}catch(j){at(j)}},it=async y=>{U(!1);try{let j=await v("PUT",`${r}${y?"?dry_run=true":""}`,nt(),{headers:i?{"If-Match":i}:{}});N(null),y?U(!0):$(j.value)}catch(j){at(j)}};return e`<${P} title=${s} look="drawer" onClose=${l}>
        <p class="quiet">${o}</p>
        <${ut} list=${["form","json",...t==="profile"||t==="criteria"?["xml"]:[]].map(y=>[y,H.tabs[y]])} shown=${T} panel="edit-panel" onChoose=${Pt} />
        <div class="sheet" id="edit-panel" role="tabpanel" aria-labelledby=${`edit-panel-${T}`} tabindex="0">
            ${T==="form"&&(ot?e`<${ot} form=${{model:f,change:xt,problem:E}} id=${n} />`:e`<p>${p.loading}</p>`)}
            ${T==="json"&&e`<textarea class="model" aria-label=${H.model} rows="26" spellcheck=${!1} value=${c} onInput=${y=>{U(!1),b(y.target.value)}}></textarea>`}
            ${T==="xml"&&e`<pre>${Q(f.ifc??[])}</pre>`}</div>
        <${Et} problem=${E} />
        ${F&&e`<div class="banner" role="status">✓ ${H.good}</div>`}
        <div class="row"><button class="primary" onClick=${()=>it(!1)}>${p.save}</button><button onClick=${()=>it(!0)}>${H.check}</button><button onClick=${l}>${p.cancel}</button></div></${P}>`}function ft({id:t,onClose:s,onSaved:o}){let[r,n]=u(null);return M(()=>{v("GET",`subscribers/${C(t)}`).then(n,s)},[t]),r?e`<${W} kind="subscriber" title=${H.title} says=${H.says} path=${`subscribers/${C(t)}`} id=${t} value=${r.value} etag=${r.etag} onClose=${s} onSaved=${o} />`:null}var h=p.ifc;function Y({list:t,asXml:s}){return s?e`<pre>${Q(t)}</pre>`:e`<ol class="plain">${[...t].sort((o,r)=>(o.priority??0)-(r.priority??0)).map(o=>e`<li class="criterion">
        <span class="pill">${o.priority??0}</span> ${mt(o)}</li>`)}</ol>`}function L({kind:t,path:s,title:o,says:r,canChange:n,extra:a,children:i}){let[l,$]=u(null),[f,d]=u(null),[c,b]=u(!1),[T,V]=u(!1),E=()=>v("GET",s).then($,d);if(M(()=>{E()},[s]),!l)return e`<${w} problem=${f} />`;let N=l.value.ifc?.length>0;return e`<h3>${o}</h3>${i(l.value,T)}
        <div class="row">${N&&e`<button aria-pressed=${T} onClick=${()=>V(!T)}>XML</button>`}
            ${n&&e`<button aria-label=${`${h.edit}: ${o}`} onClick=${()=>b(!0)}>${h.edit}</button>`}${a}</div>
        ${c&&e`<${W} kind=${t} title=${o} says=${r} path=${s} value=${l.value} etag=${l.etag}
            onClose=${()=>b(!1)} onSaved=${()=>{b(!1),E()}} />`}`}function Z({name:t,canChange:s,extra:o}){return e`<${L} kind="profile" path=${`profiles/${C(t)}`} title=${h.profile(t)} says=${h.editSays} canChange=${s} extra=${o}>${(r,n)=>e`
        ${r.ifc?.length?e`<${Y} list=${r.ifc} asXml=${n} />`:e`<p>${h.none}</p>`}
        ${r.services?.length>0&&e`<p class="quiet">${h.servicesAre(r.services.join(", "))}</p>`}
        ${r.shared_ifc?.length>0&&e`<p>${h.shared(r.shared_ifc.join(", "))}</p>`}`}</${L}>`}function qt({a:t}){return e`<div role="status">
        <p><strong>${t.next?h.goesTo(t.next):h.goesOn}</strong> <span class="quiet">${t.method}, ${t.session_case}</span></p>
        ${t.criteria.map(s=>e`<p><span class=${`pill ${s.matched?"good":""}`}>${s.matched?`\u2713 ${h.matches}`:`\u2717 ${h.matchesNot}`}</span> ${s.priority}, ${s.server}: ${s.sentence}</p>`)}</div>`}function Rt({identity:t}){let[s,o]=u({request:"INVITE sip:bob@ims.example",session_case:"originating",registered:""}),[r,n]=u(null),[a,i]=u(null),l=f=>d=>o({...s,[f]:d.target.value}),$=f=>{f.preventDefault();let d={identity:t,request:s.request,session_case:s.session_case,...s.registered&&{registered:s.registered==="yes"}};v("POST","ifc/test",d).then(({value:c})=>{i(null),n(c)},i)};return e`<h3>${h.test}</h3><form onSubmit=${$}><${w} problem=${a} />
        <div class="field"><label>${h.request} <textarea rows="3" spellcheck=${!1} value=${s.request} onInput=${l("request")}></textarea></label></div>
        <div class="grid"><${q} label=${h.sessionCase} value=${s.session_case} onChange=${l("session_case")} options=${Object.entries(h.cases)} />
        <${q} label=${h.registered} value=${s.registered} onChange=${l("registered")} options=${Object.entries(h.registeredAs)} /></div>
        <button class="primary">${h.run}</button></form>
        ${r&&e`<${qt} a=${r} />`}`}function bt({s:t,canChange:s}){let o=pt(),r=t.sets.flatMap(i=>i.publics),n=[...new Set(r.map(i=>i.profile).filter(Boolean))],a=r.find(i=>!i.barred)?.impu;return e`<section class="card wide" aria-label=${h.title}><h2>${h.title}</h2><p class="quiet">${h.says} <a href=${x("subscribers",{},"catalogue")}>${p.catalogue.title}</a></p>
        ${n.length?n.map(i=>e`<${Z} key=${i} name=${i} canChange=${s} />`):e`<p>${h.noProfile}</p>`}
        ${s&&a&&o("post","/ifc/test")&&e`<${Rt} identity=${a} />`}</section>`}var S=p.catalogue,tt=p.ifc;function At({name:t,canChange:s,extra:o}){return e`<${L} kind="criteria" path=${`shared-ifc/${C(t)}`} title=${S.sharedNo(t)} says=${tt.editSays} canChange=${s} extra=${o}>
        ${(r,n)=>r.ifc?.length?e`<${Y} list=${r.ifc} asXml=${n} />`:e`<p>${tt.none}</p>`}</${L}>`}function Ft({name:t,canChange:s,extra:o}){return e`<${L} kind="charging" path=${`charging/${C(t)}`} title=${t} says=${S.chargingSays} canChange=${s} extra=${o}>
        ${r=>e`<table><tbody>${Object.entries(tt.chargingNames).filter(([n])=>r[n]).map(([n,a])=>e`<tr><th>${a}</th><td class="mono">${r[n]}</td></tr>`)}</tbody></table>`}</${L}>`}var Mt=[{path:"profiles",list:"profiles",key:"name",title:S.profiles,says:S.profilesSay,hint:S.nameHint,View:Z,fresh:{}},{path:"shared-ifc",list:"shared_ifc",key:"id",title:S.shared,says:S.sharedSays,hint:S.numberHint,View:At,fresh:{ifc:[]}},{path:"charging",list:"charging",key:"name",title:S.charging,says:S.chargingSays,hint:S.nameHint,View:Ft,fresh:{ccf:"aaa://ccf.example"}}];function Dt({part:t,canChange:s}){let{value:o,problem:r,reload:n}=I(t.path),[a,i]=u(""),[l,$]=u(null),f=b=>b.then(()=>{$(null),i(""),n()},$),d=b=>{b.preventDefault(),f(v("PUT",`${t.path}/${C(a.trim())}`,t.fresh,{headers:{"If-None-Match":"*"}}))},c=(o?.[t.list]??[]).map(b=>b[t.key]);return e`<section class="card" aria-label=${t.title}><h2>${t.title}</h2><p class="quiet">${t.says}</p><${w} problem=${l??r} />
        ${c.map(b=>e`<div class="entry" key=${b}><${t.View} name=${b} canChange=${s}
            extra=${s&&e`<button class="danger" aria-label=${S.drop(b)} onClick=${()=>f(v("DELETE",`${t.path}/${C(b)}`))}>${p.subscribers.remove}</button>`} /></div>`)}
        ${o&&c.length===0&&e`<p>${S.none}</p>`}
        ${s&&e`<form class="row adding" onSubmit=${d}><${q} label=${S.newOne} hint=${t.hint} value=${a} onInput=${b=>i(b.target.value)} required />
            <button class="primary">${S.add}</button></form>`}</section>`}function ht(){let t=D.value?.role!=="viewer";return e`<div class="head"><a href=${x("subscribers")}>${p.subscribers.title}</a> <span aria-hidden="true">/</span> <h1>${S.title}</h1></div>
        <p class="lead">${S.lead}</p>
        <div class="cards">${Mt.map(s=>e`<${Dt} key=${s.path} part=${s} canChange=${t} />`)}</div>`}var R=p.changes;function jt(t){return new Date(t).toLocaleString("en-GB")}function It({e:t,undo:s}){let o=t.can_undo&&!t.undone_by&&D.value?.role!=="viewer";return e`<tr>
        <td class="number">${t.number}</td><td>${jt(t.time)}</td><td>${t.who}</td><td>${R.actions[t.action]??t.action}</td>
        <td class="mono">${t.what}${(t.before||t.after)&&e`<details><summary>${R.details}</summary>
            ${t.before&&e`<h3>${R.before}</h3><pre>${JSON.stringify(t.before,null,1)}</pre>`}${t.after&&e`<h3>${R.after}</h3><pre>${JSON.stringify(t.after,null,1)}</pre>`}</details>`}</td>
        <td>${t.undone_by?e`<span class="pill">${R.undone(t.undone_by)}</span>`:o?e`<button onClick=${()=>s(t.number)} aria-label=${`${R.undo} ${t.number}`}>${R.undo}</button>`:e`<span class="quiet">${t.why_not}</span>`}</td></tr>`}function gt({params:t}){let s=t.get("before")??"",{value:o,problem:r,reload:n}=I(`audit?limit=50${s?`&before=${s}`:""}`),[a,i]=u(null),l=$=>v("POST",`audit/${$}/undo`).then(()=>{i(null),n()},i);return e`
        <div class="head"><a href=${x("subscribers")}>${p.subscribers.title}</a> <span aria-hidden="true">/</span> <h1>${R.title}</h1></div>
        <p class="lead">${R.lead}</p><${w} problem=${a??r} />
        ${o&&e`<div class="card scroll"><table class="tight"><thead><tr>${R.columns.map($=>e`<th>${$}</th>`)}<th><span class="sr">${R.undo}</span></th></tr></thead>
            <tbody>${o.entries.map($=>e`<${It} key=${$.number} e=${$} undo=${l} />`)}</tbody></table>
            <div class="row">${s&&e`<button onClick=${()=>_({before:""})}>${p.subscribers.firstPage}</button>`}
                ${o.next_before&&e`<button onClick=${()=>_({before:o.next_before})}>${p.subscribers.nextPage}</button>`}</div></div>`}`}var k=p.subscribers.phone,B=lt(null);function Nt(t,s){let r=s.find($=>$.role==="pcscf")?.listeners.find($=>$.trust==="gm"),n=t.privates[0]?.impi??"",a=t.sets.flatMap($=>$.publics).find($=>$.impu.startsWith("sip:")&&!$.barred)?.impu??"",[i,l]=a.replace(/^sip:/,"").split("@");return{user:i,domain:l,impi:n,impu:a,proxy:r?.advertised??r?.at??"",hasKey:!!t.privates[0]?.aka}}function Ht(t,s,o,r){let n=r||k.yours;return{linphone:[[k.user,s.user],[k.auth,s.impi],[k.domain,s.domain],[k.secret,n],[k.proxy,`<sip:${s.proxy};transport=udp>`],[k.transport,"UDP"]],baresip:[["~/.baresip/accounts",`<sip:${s.user}@${s.domain};transport=udp>;auth_user=${s.impi};auth_pass=${n};outbound="sip:${s.proxy};lr";regint=600`]],sim:[["K",o?.k??k.revealFirst],["OPc",o?.opc??k.revealFirst],["IMPI",s.impi],["IMPU",s.impu],[k.domain,s.domain],["P-CSCF",s.proxy]]}[t]}function Lt({text:t}){let[s,o]=u(null);return M(()=>{let r=!0;return import("./qrcode-CCTWPE6S.js").then(({default:n})=>{let a=n(0,"M");a.addData(t),a.make();let i=a.getModuleCount(),l="";for(let $=0;$<i;$++)for(let f=0;f<i;f++)a.isDark($,f)&&(l+=`M${f} ${$}h1v1h-1z`);r&&o({n:i,path:l})}),()=>{r=!1}},[t]),s?e`<svg class="qr" role="img" aria-label=${k.qr} viewBox=${`-2 -2 ${s.n+4} ${s.n+4}`} shape-rendering="crispEdges">
        <rect x="-2" y="-2" width=${s.n+4} height=${s.n+4} fill="#fff" /><path d=${s.path} fill="#000" /></svg>`:e`<p>${p.loading}</p>`}function vt({s:t,secrets:s,given:o}){let r=Nt(t,ct.value),n=r.hasKey?["sim","linphone","baresip"]:["linphone","baresip"],[a,i]=u(n[0]),[l,$]=u(!1),f=Ht(a,r,s,o),d=f.length===1?f[0][1]:f.map(([c,b])=>`${c}: ${b}`).join(`
`);return e`<section class="card tallest" aria-label=${k.title}><h2>${k.title}</h2>
        <div class="row kinds" role="group" aria-label=${k.kind}>${n.map(c=>e`<button aria-pressed=${c===a} onClick=${()=>i(c)}>${k.kinds[c]}</button>`)}</div>
        <p class="quiet">${k.says[a]}</p>
        <table><tbody>${f.map(([c,b])=>e`<tr><th>${c}</th><td class="mono">${b}</td></tr>`)}</tbody></table>
        <p class="row"><button onClick=${()=>navigator.clipboard?.writeText(d)}>${k.copy}</button><button aria-pressed=${l} onClick=${()=>$(!l)}>${k.qr}</button></p>
        ${l&&e`<${Lt} text=${d} />`}</section>`}var A=p.imports,et=1<<19,Vt=250,st=new Set(["done","failed","cancelled"]);async function Bt(t,s,o){let r=/\.csv$/i.test(t.name)?"csv":"yaml",{value:n}=await v("POST","imports",{format:r,name:t.name});for(let a=0;a<t.size;a+=et){let i=await t.slice(a,a+et).arrayBuffer();await v("PUT",`imports/${n.id}/part?offset=${a}`,i,{type:"application/octet-stream"}),o({...n,sent:Math.min(t.size,a+et)/t.size})}for(await v("POST",`imports/${n.id}/run${s?"?dry_run=true":""}`);;){let a=await G(`imports/${n.id}`);if(o(a),st.has(a.state))return;await new Promise(i=>{setTimeout(i,Vt)})}}function Ut({s:t}){let s=t.subscribers?(t.stored??0)/t.subscribers:null;return e`<div role="status">
        <p>${A.states[t.state]}${t.sent<1&&t.state==="open"?` ${Math.round(t.sent*100)} %`:""}</p>
        ${!st.has(t.state)&&e`<progress aria-label=${A.progress} value=${t.state==="open"?t.sent:s} max="1"></progress>`}
        ${t.state==="done"&&e`<p>${t.dry_run?A.would(t.inserted,t.unchanged):A.did(t.inserted,t.unchanged)}</p>`}
        ${t.detail&&e`<p class="banner bad">${t.detail}</p>`}
        ${t.errors?.length>0&&e`<div class="scroll tall"><table><thead><tr><th>${A.line}</th><th>${A.wrong}</th></tr></thead>
            <tbody>${t.errors.map(o=>e`<tr><td class="number">${o.line}${o.column?`:${o.column}`:""}</td><td>${o.detail}</td></tr>`)}</tbody></table></div>`}</div>`}function yt({onClose:t,onDone:s}){let[o,r]=u(null),[n,a]=u(null),[i,l]=u(null),$=n&&!st.has(n.state)&&!i,f=d=>{l(null),Bt(o,d,a).then(s,l)};return e`<${P} title=${A.title} onClose=${t}>
        <p>${A.says}</p><${w} problem=${i} />
        <p><label>${A.file} <input type="file" accept=".yaml,.yml,.csv" onChange=${d=>{r(d.target.files[0]??null),a(null)}} /></label></p>
        ${n&&e`<${Ut} s=${n} />`}
        <div class="row"><button class="primary" disabled=${!o||$} onClick=${()=>f(!1)}>${A.run}</button>
            <button disabled=${!o||$} onClick=${()=>f(!0)}>${A.check}</button><button onClick=${t}>${p.close}</button></div></${P}>`}var O=p.many,rt=["number","impi","password","k","opc"];function Kt(t){let s=o=>/[",\n]/.test(o??"")?`"${o.replace(/"/g,'""')}"`:o??"";return[rt.join(","),...t.map(o=>rt.map(r=>s(o[r])).join(","))].join(`
`)+`
`}function Xt({result:t,onClose:s}){let o=rt.filter(r=>t.subscribers.some(n=>n[r]));return e`<p role="status">${O.created(t.created)}</p>
        <div class="scroll tall"><table><thead><tr>${o.map(r=>e`<th>${O.columns[r]}</th>`)}</tr></thead>
            <tbody>${t.subscribers.map(r=>e`<tr>${o.map(n=>e`<td class="mono">${r[n]}</td>`)}</tr>`)}</tbody></table></div>
        <div class="row"><button class="primary" onClick=${()=>dt("subscribers.csv","text/csv",Kt(t.subscribers))}>${O.keep}</button>
            <button onClick=${s}>${p.close}</button></div>`}function wt({onClose:t,onDone:s}){let[o,r]=u({first:"1101",count:"30",name:"",generate:"password"}),[n,a]=u(null),[i,l]=u(null),$=(d,c,b)=>e`<${q} label=${c} hint=${b} value=${o[d]} bad=${z(n,d)}
        onInput=${T=>r({...o,[d]:T.target.value})} />`,f=d=>{d.preventDefault();let c={first:o.first.trim(),count:Number(o.count),generate:o.generate,...o.name&&{name:o.name}};v("POST","subscribers/ranges",c).then(({value:b})=>{l(b),s()},a)};return e`<${P} title=${O.title} onClose=${t}>${i?e`<${Xt} result=${i} onClose=${t} />`:e`<form onSubmit=${f}>
        <p>${O.says}</p><${w} problem=${n} />
        ${$("first",O.first,O.firstHint)}${$("count",O.count,O.countHint)}${$("name",O.name,O.nameHint)}
        <${q} label=${O.generate} value=${o.generate} onChange=${d=>r({...o,generate:d.target.value})} options=${[["password",O.passwords],["key",O.keys]]} />
        <div class="row"><button class="primary">${O.add}</button><button type="button" onClick=${t}>${p.cancel}</button></div></form>`}</${P}>`}var g=p.subscribers;function kt(t){return t.publics.find(s=>!s.barred&&!s.type?.startsWith("wildcarded"))?.impu}function Gt({s:t}){return e`<section class="card"><h2>${g.identities}</h2>
        ${t.sets.map((s,o)=>e`
            <h3>${t.sets.length>1?g.setNumber(o+1):g.oneSet}</h3>
            <table><tbody>${s.publics.map(r=>e`<tr>
                <td><span class="mono">${r.impu}</span> <span class="quiet">${r.display_name}</span></td>
                <td class="rightmost">${r.impu===kt(s)?e`<span class="pill good">${g.isDefault}</span>`:r.barred&&e`<span class="pill warn">${g.barred}</span>`}</td></tr>`)}</tbody></table>`)}
        <p class="quiet">${g.setSays}</p></section>`}function Jt({id:t,impi:s,secrets:o,setSecrets:r}){let[n,a]=u(null),i=()=>G(`subscribers/${t}/private/${C(s)}/secrets`).then(r,a);return o?e`<table><tbody>${Object.entries(o).filter(([,l])=>typeof l=="string").map(([l,$])=>e`<tr><th>${g.secretNames[l]??l}</th><td class="mono">${$}</td></tr>`)}
        ${(o.ha1??[]).map(l=>e`<tr><th>HA1 ${l.algorithm}</th><td class="mono">${l.value}</td></tr>`)}</tbody></table>`:e`<${w} problem=${n} /><button onClick=${i}>${g.reveal}</button> <span class="quiet">${g.revealSays}</span>`}function zt({s:t,secrets:s,setSecrets:o}){return e`<section class="card"><h2>${g.proof}</h2>
        ${t.privates.map(r=>e`
            <h3 class="mono">${r.impi}</h3>
            <p>${r.aka&&g.akaSays(r.aka.algorithm)} ${r.digest&&g.digestSays(r.digest.algorithm??"MD5")}</p>
            ${D.value?.role!=="viewer"&&e`<${Jt} id=${t.id} impi=${r.impi} secrets=${s[r.impi]} setSecrets=${n=>o({...s,[r.impi]:n})} />`}`)}
    </section>`}function St({id:t,isNew:s,editing:o}){let{value:r,problem:n,reload:a}=I(`subscribers/${C(t)}`),i=F=>_({edit:F?1:""}),[l,$]=u({}),f=D.value?.role!=="viewer",[d,c]=u(!1),[b,T]=u(null),V=()=>v("DELETE",`subscribers/${r.id}`).then(()=>X("subscribers"),F=>{c(!1),T(F)});if(n)return e`<${w} problem=${n} /><a href=${x("subscribers")}>${g.back}</a>`;if(!r)return e`<p>${p.loading}</p>`;let E=r.sets.map(kt).find(Boolean)??r.sets[0]?.publics[0]?.impu,N=r.sets.flatMap(F=>F.publics).find(F=>F.impu===E)?.display_name||E||r.privates[0]?.impi;return e`
        <div class="head"><a href=${x("subscribers")}>${g.title}</a> <span aria-hidden="true">/</span> <h1>${N}</h1>
            <div class="end">
                ${E&&e`<a class="button" href=${x("registrations",{},E)}>${g.whereRegistered}</a><a class="button" href=${x("ladder",{user:E})}>${g.messages}</a>`}
                ${f&&e`<button onClick=${()=>i(!0)}>${g.edit}</button><button class="danger" onClick=${()=>c(!0)}>${g.remove}</button>`}
            </div></div>
        ${s&&e`<div class="banner" role="status">${g.added}</div>`}
        <${w} problem=${b} />
        <div class="cards person"><${Gt} s=${r} /><${zt} s=${r} secrets=${l} setSecrets=${$} /><${vt} s=${r} given=${B.value?.id===String(r.id)?B.value.password:""} secrets=${l[r.privates[0]?.impi]} /><${bt} s=${r} canChange=${f} /></div>
        ${o&&e`<${ft} id=${r.id} onClose=${()=>i(!1)} onSaved=${()=>{i(!1),a()}} />`}
        ${d&&e`<${P} title=${g.removeAsk(N)} onClose=${()=>c(!1)}>
            <p>${g.removeSays}</p><div class="row"><button class="danger" onClick=${V}>${g.remove}</button><button onClick=${()=>c(!1)}>${p.cancel}</button></div></${P}>`}`}var m=p.subscribers;function Qt(t,{password:s,k:o,op:r,opc:n}){return t==="password"?{password:s}:t==="op"?{k:o,op:r}:{k:o,opc:n}}function Wt({name:t,onClose:s,onAdded:o}){let[r,n]=u({name:t,number:"",kind:"password",password:"",k:"",op:"",opc:""}),[a,i]=u(null),l=d=>c=>n({...r,[d]:c.target.value}),$=(d,c,b)=>e`<${q} label=${c} hint=${b} value=${r[d]} onInput=${l(d)} bad=${z(a,d)} />`,f=async d=>{d.preventDefault();let c={name:r.name,number:r.number,...Qt(r.kind,r)};c.number.trim()||delete c.number;try{o((await v("POST","subscribers",c)).value,c)}catch(b){i(b)}};return e`<${P} title=${m.add} onClose=${s}><form onSubmit=${f}>
        <${w} problem=${a} />
        ${$("name",m.name,m.nameHint)}
        ${$("number",m.number,m.numberHint)}
        <${q} label=${m.secret} value=${r.kind} onChange=${l("kind")} options=${[["password",m.password],["opc",m.kOpc],["op",m.kOp]]} />
        ${r.kind==="password"?$("password",m.password,m.passwordHint):e`
            ${$("k","K",m.keyHint)}
            ${r.kind==="op"?$("op","OP",m.opHint):$("opc","OPc",m.opcHint)}`}
        <div class="row"><button class="primary">${m.add}</button><button type="button" onClick=${s}>${p.cancel}</button></div>
    </form></${P}>`}function Yt({state:t}){return e`<span class=${`pill ${t==="registered"?"good":""}`}>${m.states[t]??t}</span>`}function Zt(t){return t.sets.flatMap(s=>s.publics)}function te({s:t}){let s=Zt(t),o=s.find(r=>!r.barred)??s[0];return e`<tr>
        <td><a href=${x("subscribers",{},String(t.id))}>${o?.display_name||o?.impu||t.privates[0]?.impi}</a></td>
        <td class="mono">${s.map(r=>e`<div>${r.impu}${r.barred?` (${m.barred})`:""}</div>`)}</td>
        <td>${t.privates.map(r=>e`<div>${[r.aka&&r.aka.algorithm,r.digest&&`digest ${r.digest.algorithm??""}`].filter(Boolean).join(", ")}</div>`)}</td>
        <td>${[...new Set(t.sets.map(r=>r.state).filter(Boolean))].map(r=>e`<${Yt} state=${r} />`)}</td></tr>`}function ee(){let t=(J.value?.networks??[]).map(s=>s.domain);return t.length<2?null:e`<select aria-label=${m.network} value=${K.value||t[0]} onChange=${s=>_({network:s.target.value,after:""})}>
        ${t.map(s=>e`<option value=${s}>${s}</option>`)}</select>`}function se(t){let s=(J.value?.networks??[]).map(n=>n.domain),o=s.find(n=>n===t?.split("@")[1]?.toLowerCase()),r=s.length>1&&o&&K.value!==o?o:"";return M(()=>{r&&_({network:r})},[r]),!r&&J.value}function re({params:t}){let s=t.get("q")??"",o=t.get("after")??"",r=t.get("add"),[n,a]=u(r===null?"":"one"),i=()=>{a(""),r!==null&&_({add:""})},{value:l,problem:$,reload:f}=I(`subscribers?limit=50${s?`&q=${C(s)}`:""}${o?`&after=${C(o)}`:""}`),d=D.value?.role!=="viewer";return e`
        <div class="head"><h1>${m.title}</h1>
            <div class="end">
                <${ee} />
                <input type="search" aria-label=${m.search} placeholder=${m.search} value=${s} onInput=${c=>_({q:c.target.value,after:""})} />
                <a class="button" href=${x("subscribers",{},"catalogue")}>${p.catalogue.title}</a>
                <a class="button" href=${x("subscribers",{},"changes")}>${m.changes}</a>
                <select aria-label=${m.exportAs} value="" onChange=${c=>{c.target.value&&location.assign(`api/v1/${$t(`export?format=${c.target.value}`)}`),c.target.value=""}}>
                    <option value="">${m.exportAs}…</option><option value="csv">CSV</option><option value="yaml">YAML</option></select>
                ${d&&e`<button onClick=${()=>a("import")}>${m.importFile}</button><button onClick=${()=>a("many")}>${m.many}</button>
                    <button class="primary" onClick=${()=>a("one")}>${m.add}</button>`}
            </div></div>
        <p class="lead">${m.lead}</p>
        <${w} problem=${$} />
        ${l&&e`<div class="card"><table>
            <thead><tr><th>${m.name}</th><th>${m.identities}</th><th>${m.proof}</th><th>${m.state}</th></tr></thead>
            <tbody>${l.subscribers.map(c=>e`<${te} key=${c.id} s=${c} />`)}</tbody></table>
            ${l.subscribers.length===0&&e`<div class="empty"><p>${s?m.noneFound:m.none}</p></div>`}
            <div class="row"><span class="quiet">${m.total(l.total)}</span>
                ${o&&e`<button onClick=${()=>_({after:""})}>${m.firstPage}</button>`}
                ${l.next_after&&l.subscribers.length===50&&e`<button onClick=${()=>_({after:l.next_after})}>${m.nextPage}</button>`}
            </div></div>`}
        ${n==="import"&&e`<${yt} onClose=${i} onDone=${f} />`}
        ${n==="many"&&e`<${wt} onClose=${i} onDone=${f} />`}
        ${n==="one"&&e`<${Wt} name=${r??""} onClose=${i} onAdded=${(c,b)=>{B.value={id:String(c.id),password:b.password},X("subscribers",{new:1},String(c.id))}} />`}`}function Rs({rest:t,params:s}){return se(t[0])?t[0]==="catalogue"?e`<${ht} />`:t[0]==="changes"?e`<${gt} params=${s} />`:t[0]?e`<${St} key=${t[0]} id=${t[0]} isNew=${s.get("new")==="1"} editing=${s.get("edit")==="1"} />`:e`<${re} key=${K.value} params=${s} />`:e`<p>${p.loading}</p>`}export{Rs as SubscribersView};
