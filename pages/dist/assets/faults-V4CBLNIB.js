import{a as O}from"./chunk-7H3TKFZD.js";import{a as R,b as E}from"./chunk-RV2AVJYJ.js";import{d as w,e as y,f as g,g as m,h as S,i as A}from"./chunk-SQ7XZBT3.js";import{j as v,k as b}from"./chunk-AROE3PQ3.js";import"./chunk-5SP7VTBV.js";import{b as u,c as k}from"./chunk-E2N2SJF5.js";import{b as f,q as $,r as a}from"./chunk-4O25GY2C.js";var t=$.faults,T=["REGISTER","INVITE","ACK","BYE","CANCEL","MESSAGE","OPTIONS","SUBSCRIBE","NOTIFY","UAR","UAA","MAR","MAA","SAR","SAA","LIR","LIA","RTR","PPR"],L=["403","404","408","480","486","500","503","504","600","3002","3004","5012","10415:5001","10415:5002","10415:5003","10415:5004","10415:5006"],N=["","10s","1min","5min","30min"],W={action:"loss",where:"",direction:"",protocol:"",messages:"",method:"",result:"",text:"",percent:"",every:"",count:"",peer:"",delay:"",jitter:"",copies:"",answer:"",reason:"",ttl:"",name:""};function j(e){let n=O(b.value,e).map(({ends:r})=>[`link:${r.join(",")}`,t.linkOf(...r)]),o=e.networks.flatMap(r=>r.nodes).map(r=>[`node:${r.name}`,t.atNode(r.name)]);return[...n,...o]}function x({fault:e}){let n=R(),o=e.until_us?e.until_us/1e6-n/1e3:null;return a`<tr><td><strong>⚡ ${e.name}</strong></td><td>${e.parts.map(r=>a`<div key=${r.node}>${r.node}: ${r.says}</div>`)}</td>
        <td class="number">${e.struck.toLocaleString("en")}${e.held>0&&a`<div class="quiet">${t.held(e.held)}</div>`}</td>
        <td>${o===null?t.untilCleared:E(o)}</td><td>${e.by}</td>
        <td>${m.value&&a`<button aria-label=${`${t.mend}: ${e.name}`} onClick=${()=>A(e.name)}>${t.mend}</button>`}</td></tr>`}function F(){let e=y.value;return e.length===0?a`<div class="card empty struck"><p>${t.none}</p></div>`:a`<div class="card scroll struck"><table><thead><tr>${t.columns.map(n=>a`<th>${n}</th>`)}<td></td></tr></thead>
        <tbody>${e.map(n=>a`<${x} key=${n.name} fault=${n} />`)}</tbody></table></div>`}function M({form:e,input:n,choice:o}){switch(e.action){case"delay":return a`${n("delay",{hint:t.timeHint,placeholder:"200ms",required:!0})}${n("jitter",{hint:t.timeHint})}`;case"reorder":return n("delay",{label:t.reorderDelay,hint:t.timeHint});case"duplicate":return n("copies",{type:"number",min:1,max:10});case"answer":return a`${o("answer",[["","\u2026"],...L.map(r=>[r,t.answers[r]??r])])}${n("reason")}`;default:return null}}function B({form:e,input:n,choice:o}){return e.action==="dead"?null:a`<details><summary>${t.which}</summary><div class="grid">
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
        <datalist id="fault-methods">${T.map(r=>a`<option value=${r} />`)}</datalist></details>`}function P({places:e,link:n}){let o=e.find(([i])=>n&&i.toLowerCase()===`link:${n}`.toLowerCase())?.[0]??e.find(([i])=>i.startsWith("link:"))?.[0]??e[0]?.[0],[r,c]=f({...W,where:o}),h=i=>s=>c(l=>({...l,[i]:s.target.value})),p=(i,s={})=>a`<${u} key=${i} label=${t.fields[i]} value=${r[i]} onInput=${h(i)} ...${s} />`,d=(i,s,l={})=>a`<${u} key=${i} label=${t.fields[i]} value=${r[i]} onChange=${h(i)} options=${s} ...${l} />`,H=async i=>{i.preventDefault(),await S(w(r))&&c(s=>({...s,name:""}))},C=r.action==="dead"?e.filter(([i])=>i.startsWith("node:")):e,I=i=>c(s=>({...s,action:i.target.value,where:i.target.value==="dead"&&s.where.startsWith("link:")?e.find(([l])=>l.startsWith("node:"))?.[0]:s.where}));return a`<form class="card" onSubmit=${H} aria-label=${t.add}><h2>${t.add}</h2>
        <div class="grid">${d("action",Object.entries(t.actions),{onChange:I,hint:t.actionSays[r.action]})}
            ${d("where",C)}${d("ttl",N.map(i=>[i,t.ttls[i]]))}
            <${M} form=${r} input=${p} choice=${d} /></div>
        <${B} form=${r} input=${p} choice=${d} />
        <p><button class="danger">${t.breakIt}</button></p></form>`}function J({params:e}){let n=v.value;return n?a`<div class="head"><h1>${t.title}</h1></div>
        <p class="lead">${t.lead}</p>
        <${k} problem=${g.value} />
        <${F} />
        ${m.value&&a`<${P} places=${j(n)} link=${e.get("link")} />`}`:a`<p>${$.loading}</p>`}export{J as FaultsView};
