import{h as $,j as d,m as a,n as c,o as n}from"./chunk-LEUOWLHU.js";function g({title:t,look:e,onClose:i,children:l}){let o=d(),s=a();return $(()=>{o.current.showModal()},[]),n`<dialog ref=${o} class=${e} aria-labelledby=${s} onClose=${i}>
        <div class="head"><h2 id=${s}>${t}</h2><div class="end"><button class="plain" onClick=${i}>${c.close}</button></div></div>
        ${l}</dialog>`}function x({label:t,hint:e,bad:i,...l}){let o=a(),s=[e&&`${o}-hint`,i&&`${o}-bad`].filter(Boolean).join(" ")||null,r=l.options?"select":"input",{options:f,...u}=l;return n`<div class="field"><label for=${o}>${t} ${e&&n`<span class="hint" id=${`${o}-hint`}>${e}</span>`}</label>
        <${r} id=${o} aria-describedby=${s} aria-invalid=${i?"true":null} autocomplete="off" spellcheck=${!1} ...${u}>
            ${f?.map(([p,v])=>n`<option value=${p}>${v}</option>`)}</${r}>
        ${i&&n`<div class="bad" id=${`${o}-bad`}>${i}</div>`}</div>`}function k({problem:t}){return t?n`<div class="banner bad" role="alert">${t.message}</div>`:null}function y(t,e){return t?.errors?.find(i=>i.pointer===`/${e}`||i.pointer?.startsWith(`/${e}/`))?.detail}export{g as a,x as b,k as c,y as d};
