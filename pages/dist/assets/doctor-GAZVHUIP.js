import{a as y,b as k}from"./chunk-2XHPEQQK.js";import{a as $}from"./chunk-WFBWR75V.js";import{a as g,c as v,d,f as b}from"./chunk-4HUG635T.js";import{f as m,h as c}from"./chunk-HKWZ5YF5.js";import"./chunk-BRTIGTHD.js";import{h as u,n as h,o as t}from"./chunk-DAQHWGKI.js";var n=h.doctor,w=3e3,f=100;function B({f:e,isOpen:a,cure:o,explanation:l}){let i=/^(sips?|tel):/.test(e.subject),r=()=>c({id:a?"":String(e.id)});return t`<section class=${`card finding ${e.kind}`} aria-label=${`${e.title}: ${e.subject}`}>
        <div class="head">
            <h2><button class="plain" aria-expanded=${a} onClick=${r}><span aria-hidden="true">${a?"\u25BE":"\u25B8"}</span> ${e.title}</button></h2>
            ${i?t`<a class="mono" href=${m("subscribers",{},e.subject)}>${e.subject}</a>`:t`<span class="mono">${e.subject}</span>`}
            ${e.method&&t`<span class="pill">${e.method}</span>`}
            ${e.times>1&&t`<span class="pill">${n.times(e.times)}</span>`}
            ${o&&t`<span class="pill good">✓ ${n.curedAt(new Date(o.last_us/1e3).toLocaleTimeString("en-GB"))}</span>`}
            <span class="end quiet number">${y(e)}</span></div>
        ${a?t`<${k} f=${e} explanation=${l} />`:t`<p>${e.what}</p>`}</section>`}function N({params:e}){let a=e.get("user")??"",o=Number(e.get("id")??0),l=d.value.filter(s=>g(s,a)&&(e.get("notes")==="yes"||s.kind!=="note"||s.id===o)),i=l.slice(0,f),{value:r}=$("calls?limit=1000",w),{value:x}=$("doctor/causes"),S=new Map((x?.causes??[]).map(s=>[s.cause,s.explanation])),j=o||i[0]?.id,p=e.get("notes")==="yes";return u(b,[d.value]),t`
        <div class="head"><h1>${n.title}</h1><div class="end">
            <input type="search" aria-label=${n.user} placeholder=${n.user} value=${a} spellcheck=${!1} onInput=${s=>c({user:s.target.value,id:""})} />
            <button aria-pressed=${p} title=${n.notesSay} onClick=${()=>c({notes:p?"":"yes"})}>${n.notes}</button></div></div>
        <p class="lead">${n.lead}</p>
        <div class="findings" aria-live="polite">${i.map(s=>t`<${B} key=${s.id} f=${s} isOpen=${s.id===j} cure=${v(s,r?.calls??[])} explanation=${S.get(s.cause)} />`)}</div>
        ${i.length===0&&t`<div class="card empty"><p>${a?n.noneOf(a):n.none}</p></div>`}
        ${l.length>i.length&&t`<p class="quiet">${n.firstOf(i.length,l.length)}</p>`}`}export{N as DoctorView};
