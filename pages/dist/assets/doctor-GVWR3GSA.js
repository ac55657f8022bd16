import{b,c as v,d as y,e as k}from"./chunk-BNFICHUA.js";import"./chunk-PV7HTGVG.js";import{a as m,e as g,f as h}from"./chunk-MBU75OZF.js";import"./chunk-VRQ7IYX6.js";import"./chunk-UFXLOF2K.js";import{c as p,n as $,p as r,q as u,r as t}from"./chunk-AFOXPJ4P.js";var n=u.doctor,S=100;function f({f:e,isOpen:i,explanation:l}){let c=/^(sips?|tel):/.test(e.subject),o=()=>r({id:i?"":String(e.id)});return t`<section class=${`card finding ${e.kind}`} aria-label=${`${e.title}: ${e.subject}`}>
        <div class="head">
            <h2><button class="plain" aria-expanded=${i} onClick=${o}><span aria-hidden="true">${i?"\u25BE":"\u25B8"}</span> ${e.title}</button></h2>
            ${c?t`<a class="mono" href=${$("subscribers",{},e.subject)}>${e.subject}</a>`:t`<span class="mono">${e.subject}</span>`}
            ${e.method&&t`<span class="pill">${e.method}</span>`}
            ${e.times>1&&t`<span class="pill">${v(e)}</span>`}
            ${e.solved&&t`<span class="pill good">✓ ${n.curedAt(new Date(e.solved).toLocaleTimeString("en-GB"))}</span>`}
            <span class="end quiet number">${b(e)}</span></div>
        ${i?t`<${y} f=${e} explanation=${l} />`:t`<p>${e.what}</p>`}</section>`}function N({params:e}){let i=e.get("user")??"",l=Number(e.get("id")??0),c=h(),o=c.filter(s=>m(s,i)&&(e.get("notes")==="yes"||s.kind!=="note"||s.id===l)),a=o.slice(0,S),{value:x}=k("doctor/causes"),j=new Map((x?.causes??[]).map(s=>[s.cause,s.explanation])),w=l||a[0]?.id,d=e.get("notes")==="yes";return p(g,[c]),t`
        <div class="head"><h1>${n.title}</h1><div class="end">
            <input type="search" aria-label=${n.user} placeholder=${n.user} value=${i} spellcheck=${!1} onInput=${s=>r({user:s.target.value,id:""})} />
            <button aria-pressed=${d} title=${n.notesSay} onClick=${()=>r({notes:d?"":"yes"})}>${n.notes}</button></div></div>
        <p class="lead">${n.lead}</p>
        <div class="findings" aria-live="polite">${a.map(s=>t`<${f} key=${s.id} f=${s} isOpen=${s.id===w} explanation=${j.get(s.cause)} />`)}</div>
        ${a.length===0&&t`<div class="card empty"><p>${i?n.noneOf(i):n.none}</p></div>`}
        ${o.length>a.length&&t`<p class="quiet">${n.firstOf(a.length,o.length)}</p>`}`}export{N as DoctorView};
