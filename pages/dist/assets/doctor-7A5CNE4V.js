import{b as f,c as k,d as x,e as j}from"./chunk-GA4OOP4B.js";import"./chunk-25SJDQ2Z.js";import{a as b,e as v,f as y}from"./chunk-BNKZQZUM.js";import"./chunk-G6M2XPV6.js";import"./chunk-F2CIYHVU.js";import{c as u,e as m,n as g,p as r,q as h,r as t}from"./chunk-E4QB7L5A.js";var n=h.doctor,D=100,w="none";function F({f:e,isOpen:o,explanation:a}){let c=/^(sips?|tel):/.test(e.subject),l=()=>r({id:o?w:String(e.id)});return t`<section class=${`card finding ${e.kind}`} aria-label=${`${e.title}: ${e.subject}`}>
        <div class="head">
            <h2><button class="plain" aria-expanded=${o} onClick=${l}><span aria-hidden="true">${o?"\u25BE":"\u25B8"}</span> ${e.title}</button></h2>
            ${c?t`<a class="mono" href=${g("subscribers",{},e.subject)}>${e.subject}</a>`:t`<span class="mono">${e.subject}</span>`}
            ${e.method&&t`<span class="pill">${e.method}</span>`}
            ${e.times>1&&t`<span class="pill">${k(e)}</span>`}
            ${e.solved&&t`<span class="pill good">✓ ${n.curedAt(new Date(e.solved).toLocaleTimeString("en-GB"))}</span>`}
            <span class="end quiet number">${f(e)}</span></div>
        ${o?t`<${x} f=${e} explanation=${a} />`:t`<p>${e.what}</p>`}</section>`}function H({params:e}){let o=e.get("user")??"",a=e.get("id")??"",c=Number(a)||0,l=y(),d=l.filter(s=>b(s,o)&&(e.get("notes")==="yes"||s.kind!=="note"||s.id===c)),i=d.slice(0,D),{value:S}=j("doctor/causes"),N=new Map((S?.causes??[]).map(s=>[s.cause,s.explanation])),p=m(0);i.some(s=>s.id===p.current)||(p.current=i[0]?.id);let O=a===w?0:c||p.current,$=e.get("notes")==="yes";return u(v,[l]),t`
        <div class="head"><h1>${n.title}</h1><div class="end">
            <input type="search" aria-label=${n.user} placeholder=${n.user} value=${o} spellcheck=${!1} onInput=${s=>r({user:s.target.value,id:""})} />
            <button aria-pressed=${$} title=${n.notesSay} onClick=${()=>r({notes:$?"":"yes"})}>${n.notes}</button></div></div>
        <p class="lead">${n.lead}</p>
        <div class="findings" aria-live="polite">${i.map(s=>t`<${F} key=${s.id} f=${s} isOpen=${s.id===O} explanation=${N.get(s.cause)} />`)}</div>
        ${i.length===0&&t`<div class="card empty"><p>${o?n.noneOf(o):n.none}</p></div>`}
        ${d.length>i.length&&t`<p class="quiet">${n.firstOf(i.length,d.length)}</p>`}`}export{H as DoctorView};
