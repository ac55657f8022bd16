import{a as k}from"./chunk-7H3TKFZD.js";import{a as O,b as R}from"./chunk-CM4HY5H7.js";import{d as g,e as S,f as h,g as A}from"./chunk-25SJDQ2Z.js";import{s as w,t as y}from"./chunk-BNKZQZUM.js";import"./chunk-G6M2XPV6.js";import{b as u,c as v}from"./chunk-F2CIYHVU.js";import{b,q as m,r as i}from"./chunk-E4QB7L5A.js";var t=m.faults,I=["REGISTER","INVITE","ACK","BYE","CANCEL","MESSAGE","OPTIONS","SUBSCRIBE","NOTIFY","UAR","UAA","MAR","MAA","SAR","SAA","LIR","LIA","RTR","PPR"],T=["403","404","408","480","486","500","503","504","600","3002","3004","5012","10415:5001","10415:5002","10415:5003","10415:5004","10415:5006"],L=["","10s","1min","5min","30min"],F={action:"loss",where:"",direction:"",protocol:"",messages:"",method:"",result:"",text:"",percent:"",every:"",count:"",peer:"",delay:"",jitter:"",copies:"",answer:"",reason:"",ttl:"",name:""};function N(e){let n=k(y.value,e).map(({ends:a})=>[`link:${a.join(",")}`,t.linkOf(...a)]),o=e.networks.flatMap(a=>a.nodes).map(a=>[`node:${a.name}`,t.atNode(a.name)]);return[...n,...o]}function W({fault:e,clear:n}){let o=O(),a=e.until_us?e.until_us/1e6-o/1e3:null;return i`<tr><td><strong>⚡ ${e.name}</strong></td><td>${e.parts.map(s=>i`<div key=${s.node}>${s.node}: ${s.says}</div>`)}</td>
        <td class="number">${e.struck.toLocaleString("en")}${e.held>0&&i`<div class="quiet">${t.held(e.held)}</div>`}</td>
        <td>${a===null?t.untilCleared:R(a)}</td><td>${e.by}</td>
        <td>${h.value&&i`<button aria-label=${`${t.mend}: ${e.name}`} onClick=${()=>n(e.name)}>${t.mend}</button>`}</td></tr>`}function j({clear:e}){let n=S.value;return n.length===0?i`<div class="card empty struck"><p>${t.none}</p></div>`:i`<div class="card scroll struck"><table><thead><tr>${t.columns.map(o=>i`<th>${o}</th>`)}<td></td></tr></thead>
        <tbody>${n.map(o=>i`<${W} key=${o.name} fault=${o} clear=${e} />`)}</tbody></table></div>`}function x({form:e,input:n,choice:o}){switch(e.action){case"delay":return i`${n("delay",{hint:t.timeHint,placeholder:"200ms",required:!0})}${n("jitter",{hint:t.timeHint})}`;case"reorder":return n("delay",{label:t.reorderDelay,hint:t.timeHint});case"duplicate":return n("copies",{type:"number",min:1,max:10});case"answer":return i`${o("answer",[["","\u2026"],...T.map(a=>[a,t.answers[a]??a])])}${n("reason")}`;default:return null}}function M({form:e,input:n,choice:o}){return e.action==="dead"?null:i`<details><summary>${t.which}</summary><div class="grid">
        ${o("direction",Object.entries(t.directions))}
        ${e.where.startsWith("node:")&&n("peer",{hint:t.peerHint})}
        ${e.action!=="answer"&&o("messages",Object.entries(t.messageKinds))}
        ${n("method",{list:"fault-methods",hint:t.methodHint})}
        ${e.action!=="answer"&&n("result",{hint:t.resultHint})}
        ${n("text",{hint:t.textHint})}
        ${n("percent",{type:"number",min:1,max:100})}
        ${n("every",{type:"number",min:1,hint:t.everyHint})}
        ${n("count",{type:"number",min:1,hint:t.countHint})}
        ${n("name",{hint:t.nameHint})}</div>
        <datalist id="fault-methods">${I.map(a=>i`<option value=${a} />`)}</datalist></details>`}function B({places:e,link:n,add:o}){let a=e.find(([r])=>n&&r.toLowerCase()===`link:${n}`.toLowerCase())?.[0]??e.find(([r])=>r.startsWith("link:"))?.[0]??e[0]?.[0],[s,$]=b({...F,where:a}),p=r=>d=>$(c=>({...c,[r]:d.target.value})),f=(r,d={})=>i`<${u} key=${r} label=${t.fields[r]} value=${s[r]} onInput=${p(r)} ...${d} />`,l=(r,d,c={})=>i`<${u} key=${r} label=${t.fields[r]} value=${s[r]} onChange=${p(r)} options=${d} ...${c} />`,E=async r=>{r.preventDefault(),await o(g(s))&&$(d=>({...d,name:""}))},H=s.action==="dead"?e.filter(([r])=>r.startsWith("node:")):e,C=r=>$(d=>({...d,action:r.target.value,where:r.target.value==="dead"&&d.where.startsWith("link:")?e.find(([c])=>c.startsWith("node:"))?.[0]:d.where}));return i`<form class="card" onSubmit=${E} aria-label=${t.add}><h2>${t.add}</h2>
        <div class="grid">${l("action",Object.entries(t.actions),{onChange:C,hint:t.actionSays[s.action]})}
            ${l("where",H)}${l("ttl",L.map(r=>[r,t.ttls[r]]))}
            <${x} form=${s} input=${f} choice=${l} /></div>
        <${M} form=${s} input=${f} choice=${l} />
        <p><button class="danger">${t.breakIt}</button></p></form>`}function z({params:e}){let n=w.value,{problem:o,add:a,clear:s}=A();return n?i`<div class="head"><h1>${t.title}</h1></div>
        <p class="lead">${t.lead}</p>
        <${v} problem=${o} />
        <${j} clear=${s} />
        ${h.value&&i`<${B} places=${N(n)} link=${e.get("link")} add=${a} />`}`:i`<p>${m.loading}</p>`}export{z as FaultsView};
