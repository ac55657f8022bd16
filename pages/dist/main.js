import{a as pe,b as Xe,c as ke,d as Ye,e as Ce,f as se,g as Je,h as j,i as Qe,j as Se,k as Re,l as ne,m as Te,n as Ze,o as Ee,p as oe}from"./assets/chunk-7MBA6PUQ.js";import{a as fe,b as Y,c as me,d as et,f as I,g as U,h as S,i as he}from"./assets/chunk-Z2YAZIMI.js";import{f as Ge,g as p,h as P,i as xe,j as le,k as te,l as Ke,n as r,o as u,p as E,q as K,r as q}from"./assets/chunk-YSEODPBZ.js";var Fe=pe(location.hash);addEventListener("hashchange",()=>{Fe.value=location.hash});var Me=Xe(()=>{let[e,t=""]=Fe.value.replace(/^#\/?/,"").split("?"),[s="",...n]=e.split("/").map(decodeURIComponent);return{view:s||"network",rest:n,params:new URLSearchParams(t)}});function k(e,t={},...s){let n=new URLSearchParams(Object.entries(t).filter(([,a])=>a!==""&&a!==null&&a!==void 0));return`#/${[e,...s].map(encodeURIComponent).join("/")}${n.size?`?${n}`:""}`}function J(e,t,...s){location.hash=k(e,t,...s)}function A(e){let{view:t,rest:s,params:n}=Me.value,o=k(t,{...Object.fromEntries(n),...e},...s);history.replaceState(null,"",o),Fe.value=location.hash}function tt(){let[e,t]=p(null);return P(()=>{import("./assets/page-Q73GBYYG.js").then(s=>t(()=>s.ChartsPage))},[]),r`<div class="head"><h1>${u.charts.title}</h1></div><p class="lead">${u.charts.lead}</p>
        ${e?r`<${e} />`:r`<p>${u.loading}</p>`}`}var Yt={Accept:["Kinds of body that the sender understands.","RFC 3261 20.1"],"Accept-Contact":["What the caller wishes the called phone to be able to do.","RFC 3841 9.2"],Allow:["Methods that the sender answers.","RFC 3261 20.5"],"Allow-Events":["Events that can be subscribed to here.","RFC 6665 8.2.2"],"Authentication-Info":["The network proves that it knows the password too.","RFC 7616 3.5"],Authorization:["The phone's answer to the challenge: who it is, and a hash that only the holder of the key can make.","RFC 3261 20.7"],"Call-ID":["The same in all messages of one call, or of one phone's registrations.","RFC 3261 20.8"],Contact:["Where the sender itself can be reached, now.","RFC 3261 20.10"],"Content-Length":["Bytes of the body; on TCP it also says where the message ends.","RFC 3261 20.14"],"Content-Type":["What the body is: application/sdp describes the media.","RFC 3261 20.15"],CSeq:["Counts requests; a response carries the number of the request that it answers.","RFC 3261 20.16"],Date:["When it was sent.","RFC 3261 20.17"],"Error-Info":["Where to learn more about the refusal.","RFC 3261 20.18"],Event:['What is subscribed to: "reg" is the registration state.',"RFC 6665 8.2.1"],Expires:["Seconds that the registration or subscription lasts.","RFC 3261 20.19"],"Feature-Caps":["What nodes on the way can do.","RFC 6809"],From:["Who the sender says it is. Nobody checked it: the network asserts an identity in P-Asserted-Identity.","RFC 3261 20.20"],"Max-Breadth":["How many branches a forked request may still have.","RFC 5393 5.3"],"Max-Forwards":["Each node takes one off; at 0 the request has gone astray.","RFC 3261 20.22"],"Min-Expires":["The shortest registration that the registrar accepts.","RFC 3261 20.23"],"Min-SE":["The shortest session interval that is accepted.","RFC 4028 5"],"P-Access-Network-Info":["The access network (cell, DSL line, Wi-Fi) of the phone.","RFC 7315 4.4"],"P-Asserted-Identity":["Who the user is, as the network has verified. Only nodes that trust each other pass it on.","RFC 3325 9.1"],"P-Associated-URI":["All public identities that were registered with this one; the first is the default.","RFC 7315 4.1"],"P-Called-Party-ID":["The identity that was called, before it was replaced by the phone's contact address.","RFC 7315 4.2"],"P-Charging-Function-Addresses":["Where charging records go.","RFC 7315 4.5"],"P-Charging-Vector":["Joins the charging records of all nodes on the way (icid), and names the networks (ioi).","RFC 7315 4.6"],"P-Preferred-Identity":["Which of its identities the user wishes to be shown with.","RFC 3325 9.2"],"P-Profile-Key":["The wildcarded identity that matched, so that the S-CSCF need not match again.","RFC 5002"],"P-Served-User":["For whom the application server is asked, and whether as caller or as called.","RFC 5502"],"P-User-Database":["The HSS that holds the user, when there are several.","RFC 4457"],"P-Visited-Network-ID":["The network whose P-CSCF the phone uses: may the user roam there?","RFC 7315 4.3"],Path:["The way back to the phone, left by the P-CSCF: calls to the phone will take it.","RFC 3327"],Privacy:["What the sender wants hidden from the other side.","RFC 3323 4.2"],"Proxy-Authenticate":["The challenge of a proxy.","RFC 3261 20.27"],"Proxy-Authorization":["The answer to a proxy's challenge.","RFC 3261 20.28"],"Proxy-Require":["What every proxy on the way must understand.","RFC 3261 20.29"],RAck:["Acknowledges a reliable provisional response.","RFC 3262 7.2"],Reason:["Why the call ended.","RFC 3326"],"Record-Route":["A proxy that wants to see later requests of this call put itself here.","RFC 3261 20.30"],"Refer-To":["Whom to call instead.","RFC 3515 2.1"],Require:["What the receiver must understand.","RFC 3261 20.32"],"Retry-After":["Seconds after which it makes sense to try again.","RFC 3261 20.33"],Route:["The next stops of this request, first one first.","RFC 3261 20.34"],RSeq:["Numbers a provisional response that must arrive.","RFC 3262 7.1"],"Security-Client":["Ways in which the phone can protect its connection to the P-CSCF.","RFC 3329 2.2"],"Security-Server":["Ways in which the P-CSCF can protect it.","RFC 3329 2.2"],"Security-Verify":["The P-CSCF's list again, so that nobody on the way can shorten it.","RFC 3329 2.2"],Server:["The software that answers.","RFC 3261 20.35"],"Service-Route":["The way out to the S-CSCF that serves this user: his calls will take it.","RFC 3608"],"Session-Expires":["The call ends by itself unless it is refreshed within these seconds.","RFC 4028 4"],"Session-ID":["Names the call end to end.","RFC 7989"],"Subscription-State":["Whether the subscription lives, and for how long.","RFC 6665 8.2.3"],Supported:["Extensions that the sender understands.","RFC 3261 20.37"],Timestamp:["When the request was sent, for measuring the round trip.","RFC 3261 20.38"],To:["To whom. The tag is set by who answers, and marks the call from then on.","RFC 3261 20.39"],Unsupported:["Extensions that were required and are not understood.","RFC 3261 20.40"],"User-Agent":["The software of the phone.","RFC 3261 20.41"],Via:["Each node that the request passed, topmost the last: the response goes the same way back.","RFC 3261 20.42"],Warning:["More about why.","RFC 3261 20.43"],"WWW-Authenticate":["The challenge: answer with a hash made with your key over this nonce.","RFC 3261 20.44"]},Jt=new Map(Object.entries(Yt).map(([e,t])=>[e.toLowerCase(),t]));function st(e){return Jt.get(e.toLowerCase())}var Qt=new Set(["via","route","record-route","path","service-route","p-asserted-identity","p-associated-uri","supported","require","proxy-require","allow","contact","history-info"]);function nt(e){return e.headers.flatMap(t=>{let s=fe(t.name);return Qt.has(s.toLowerCase())?et(t.value).map(n=>({name:s,value:n})):[{name:s,value:t.value}]})}function Zt(e,t){let s=Array.from({length:e.length+1},()=>new Array(t.length+1).fill(0));for(let n=e.length-1;n>=0;n--)for(let o=t.length-1;o>=0;o--)s[n][o]=e[n]===t[o]?s[n+1][o+1]+1:Math.max(s[n+1][o],s[n][o+1]);return s}function es(e,t,s){let n=Zt(t,s),o=[],a=[],l=[],i=()=>{for(;a.length&&l.length;)o.push({change:"changed",name:e,before:a.shift(),after:l.shift()});for(let d of a)o.push({change:"removed",name:e,before:d});for(let d of l)o.push({change:"added",name:e,after:d});a=[],l=[]},c=0,$=0;for(;c<t.length||$<s.length;)c<t.length&&$<s.length&&t[c]===s[$]?(i(),o.push({change:"same",name:e,before:t[c],after:s[$]}),c++,$++):$>=s.length||c<t.length&&n[c+1][$]>=n[c][$+1]?a.push(t[c++]):l.push(s[$++]);return i(),o}function ot(e,t){let s=Y(e),n=Y(t),o=nt(s),a=nt(n),l=[...new Set([...a,...o].map($=>$.name.toLowerCase()))],i=[],c=($,d,f)=>{d===f?i.push({change:"same",name:$,before:d,after:f}):d===""?i.push({change:"added",name:$,after:f}):f===""?i.push({change:"removed",name:$,before:d}):i.push({change:"changed",name:$,before:d,after:f})};c("",s.start,n.start);for(let $ of l){let d=b=>b.filter(C=>C.name.toLowerCase()===$),f=(d(a)[0]??d(o)[0]).name;i.push(...es(f,d(o).map(b=>b.value),d(a).map(b=>b.value)))}return(s.body||n.body)&&c("(body)",s.body,n.body),i}function ts({text:e}){let t=Y(e);return r`
        <p><code>${t.start}</code></p>
        <dl class="headers">
            ${t.headers.map(s=>{let[n,o]=st(fe(s.name))??[];return r`<dt>${s.name}</dt><dd><code>${s.value}</code>
                    ${n&&r`<div class="why">${n} <span class="quiet">${o}</span></div>`}</dd>`})}
        </dl>
        ${t.body&&r`<h3>${u.ladder.body}</h3><pre>${t.body}</pre>`}`}function at({list:e}){return r`<ul class="avps">${e.map(t=>r`<li>
        <strong>${t.name}</strong>${t.mandatory?"":` ${u.ladder.optional}`} ${t.avps?r`<${at} list=${t.avps} />`:r`<code>${t.value}</code>`}</li>`)}</ul>`}function ss({m:e}){return e?r`
        <p><strong>${e.command}</strong> <span class="quiet">${e.flags} · ${u.ladder.hopByHop} ${e.hopByHop.toString(16)} · ${u.ladder.endToEnd} ${e.endToEnd.toString(16)}</span></p>
        <${at} list=${e.avps} />`:r`<p>${u.ladder.unreadable}</p>`}function ns({before:e,after:t,node:s}){let[n,o]=p(!1),a=ot(e,t),l=n?a:a.filter(i=>i.change!=="same");return r`
        <p>${u.ladder.diffLead(s)}</p>
        <table class="diff"><thead><tr><th>${u.ladder.what}</th><th>${u.ladder.header}</th><th>${u.ladder.value}</th></tr></thead>
            <tbody>${l.map(i=>r`<tr class=${i.change}>
                <td>${u.ladder.change[i.change]}</td><td>${i.name||u.ladder.startLine}</td>
                <td>${i.before!==void 0&&i.change!=="same"&&r`<div><del>${i.before}</del></div>`}${i.after??""}</td></tr>`)}</tbody></table>
        <label><input type="checkbox" checked=${n} onChange=${()=>o(!n)} /> ${u.ladder.showSame}</label>`}function os(e,t){if(e.kind!=="arrow"||e.proto!=="sip")return null;let s=n=>n.kind==="arrow"&&n.proto==="sip"&&n.to===e.from&&n.call===e.call&&n.request===e.request&&n.method===e.method&&n.result===e.result;for(let n=t.indexOf(e)-1;n>=0;n--)if(s(t[n]))return t[n];return null}function rs({whole:e}){let{sender:t,receiver:s}=e;return r`<p class="quiet mono">${t?.local??s?.remote} → ${s?.local??t?.remote}</p>`}function as(e,t){if(e.kind==="says")return[...new Set(e.text.match(/sips?:[\w.+-]+@[\w.-]*[a-z]|tel:\+?\d+/g)??[])];if(e.proto==="diameter")return[...new Set((t?.decoded?.avps??[]).filter(o=>o.name==="Public-Identity").map(o=>o.value))];let s=Y(t?.text??""),n=o=>/sips?:[^@>;\s]+@[^>;:\s]+|tel:[+\d]+/.exec(me(s,o)??"")?.[0];return[...new Set([n("From"),n("To")].filter(Boolean))]}function rt({step:e,whole:t,call:s}){let n=as(e,t);return r`<div class="row ways">
        ${e.call&&e.call!==s&&r`<button onClick=${()=>A({call:e.call,user:"",method:"",result:"",node:"",peer:"",q:""})}>${u.ladder.only}</button>`}
        ${n.map(o=>r`<a href=${k("subscribers",{},o)}>${o}</a>`)}
        <button class="plain" onClick=${()=>A({step:""})}>${u.close}</button></div>`}function is({text:e,step:t,steps:s}){let[n,o]=p(null);return P(()=>{import("./assets/panel-Z526KE7N.js").then(a=>o(()=>a.XrayPanel))},[]),n?r`<${n} text=${e} step=${t} steps=${s} />`:r`<p>${u.loading}</p>`}function ls(e,t){let s=Y(t),n=me(s,"Authorization")??me(s,"WWW-Authenticate");return e.proto==="sip"&&j.value?.role!=="viewer"&&/nonce="?[^"]/.test(n??"")}function it({step:e,steps:t,call:s}){let[n,o]=p("message"),[a,l]=p(null),[i,c]=p(null),[$,d]=p(""),f=os(e,t);if(P(()=>{e.kind==="arrow"&&(ke(e).then(l,R=>d(R.message)),f&&ke(f).then(c,()=>{}))},[e.id]),e.kind==="says")return r`<section class="card detail" aria-label=${u.ladder.decision}>
            <h2>${u.ladder.decision}</h2><p class="sentence">${e.text}</p>
            <p class="quiet">${e.from} · ${e.proc} · ${e.clause}</p><${rt} step=${e} call=${s} /></section>`;let b=a&&ls(e,a.text),C=[["message",u.ladder.message],i&&["diff",u.ladder.diff],b&&["xray",u.ladder.xray],["raw",u.ladder.raw]].filter(Boolean),g=C.some(([R])=>R===n)?n:"message";return r`<section class="card detail" aria-label=${u.ladder.message}>
        <h2>${e.label}</h2>
        <p class="quiet">${e.from} → ${e.to}</p>
        ${$&&r`<p role="alert">${$}</p>`}
        ${a&&r`
            <${rs} whole=${a} />
            <${rt} step=${e} whole=${a} call=${s} />
            <div class="tabs" role="tablist">
                ${C.map(([R,y])=>r`<button role="tab" id=${`tab-${R}`} aria-selected=${g===R} aria-controls="tab-panel" onClick=${()=>o(R)}>${y}</button>`)}
            </div>
            <div id="tab-panel" role="tabpanel" aria-labelledby=${`tab-${g}`}>
                ${g==="message"&&(e.proto==="sip"?r`<${ts} text=${a.text} />`:r`<${ss} m=${a.decoded} />`)}
                ${g==="diff"&&r`<${ns} before=${i.text} after=${a.text} node=${e.from} />`}
                ${g==="xray"&&r`<${is} text=${a.text} step=${e} steps=${t} />`}
                ${g==="raw"&&r`<pre>${a.text||a.base64}</pre>`}
            </div>`}</section>`}var lt=e=>(e/1e6).toFixed(3);function be(e){return e.replace(/[;#]/g," ").replace(/\s+/g," ").trim()}function ct(e,t){let s=new Map(e.map((o,a)=>[o.name,`p${a}`])),n=["sequenceDiagram"];for(let o of e)n.push(`    participant ${s.get(o.name)} as ${be(o.name)}`);for(let o of t)if(o.kind==="arrow"){let a=o.request?"->>":"-->>";n.push(`    ${s.get(o.from)}${o.lost?o.request?"-x":"--x":a}${s.get(o.to)}: ${be(o.label)}`)}else n.push(`    Note over ${s.get(o.from)}: ${be(o.text)}${o.clause?` (${be(o.clause)})`:""}`);return n.join(`
`)+`
`}function $t(e,t){let s=t[0]?.t??0,n=a=>a.replace(/\|/g,"\\|").replace(/\s+/g," "),o=[`# ${e}`,"","| s | from | to | what |","| ---: | --- | --- | --- |"];for(let a of t){let l=lt(a.t-s);a.kind==="arrow"?o.push(`| ${l} | ${n(a.from)} | ${n(a.to)} | ${n(a.label)} |`):o.push(`| ${l} | ${n(a.from)} | | *${n(a.text)}*${a.clause?` (${n(a.clause)})`:""} |`)}return o.join(`
`)+`
`}var G={lane:170,left:70,row:30,head:40},ge={request:"#0b5c7a",progress:"#57606b",success:"#17693c",failure:"#a8201a",diameter:"#6a3da0",says:"#7a4b00"};function ve(e){return e.replace(/[&<>"]/g,t=>({"&":"&amp;","<":"&lt;",">":"&gt;",'"':"&quot;"})[t])}function cs(e,t,s){let[n,o]=[t(e.from),t(e.to)],a=e.lost?(n+o)/2:o,l=o>=n?-8:8,i=`<line x1="${n}" y1="${s}" x2="${a}" y2="${s}" stroke="${ge[e.look]}" stroke-width="1.6"${e.request?"":' stroke-dasharray="6 3"'}/>`,c=e.lost?"":`<path d="M${o} ${s}l${l} -4v8z" fill="${ge[e.look]}"/>`,$=`${e.label}${e.repeats?` \xD7${e.repeats+1}`:""}${e.lost?" \u2717":""}`;return`${i}${c}<text x="${(n+o)/2}" y="${s-5}" text-anchor="middle" fill="${ge[e.look]}">${ve($)}</text>`}function dt(e,t){let s=new Map(e.map((c,$)=>[c.name,G.left+G.lane*($+.5)])),n=c=>s.get(c),o=G.left+G.lane*e.length+220,a=G.head+G.row*(t.length+1),l=t[0]?.t??0,i=[`<svg xmlns="http://www.w3.org/2000/svg" width="${o}" height="${a}" viewBox="0 0 ${o} ${a}" font-family="sans-serif" font-size="12">`,`<rect width="${o}" height="${a}" fill="#ffffff"/>`];for(let c of e)i.push(`<text x="${n(c.name)}" y="22" text-anchor="middle" font-weight="bold">${ve(c.name)}</text><line x1="${n(c.name)}" y1="${G.head-8}" x2="${n(c.name)}" y2="${a-8}" stroke="#9aa7b4"/>`);return t.forEach((c,$)=>{let d=G.head+G.row*($+.8);i.push(`<text x="6" y="${d}" fill="#4d5b69">${lt(c.t-l)}</text>`),i.push(c.kind==="arrow"?cs(c,n,d):`<text x="${n(c.from)+6}" y="${d}" fill="${ge.says}">${ve(c.text)}${c.clause?` (${ve(c.clause)})`:""}</text>`)}),`${i.join(`
`)}
</svg>
`}var Pe={arrow:34,says:24,says2:41,gap:26},$s=1e6;function ye(e,t){let s={pcscf:1,icscf:2,scscf:3,hss:4,slf:4,as:5},n=new Map(t.map(i=>[i.name,i])),o=new Map,a=(i,c)=>{o.has(i)||o.set(i,{name:i,sends:c,first:o.size})};for(let i of e)a(i.from,!0),i.kind==="arrow"&&a(i.to,!1);let l=i=>{let c=n.get(i.name);return c?s[c.role]??5:i.sends?0:6};return[...o.values()].map(i=>({...i,role:n.get(i.name)?.role??"ue",rank:l(i)})).sort((i,c)=>i.rank-c.rank||i.first-c.first).map(({name:i,role:c})=>({name:i,role:c}))}function ut(e){let t=[],s=new Map;for(let n of e){let o=n.kind==="arrow"&&n.raw?.pair?`${n.from}>${n.to}:${n.raw.pair}:${n.raw.bytes}`:null,a=o&&s.get(o);if(a){a.repeats=(a.repeats??0)+1,a.repeatedAt=n.t;continue}let l={...n};o&&s.set(o,l),t.push(l)}return t}function pt(e,{gaps:t=!0,chars:s=80,scale:n=1}={}){let o=[],a=0,l=null,i=(c,$)=>{let d=Math.round($*n);o.push({...c,y:a,h:d}),a+=d};for(let c of e){t&&l!==null&&c.t-l>=$s&&i({kind:"gap",seconds:(c.t-l)/1e6},Pe.gap);let $=c.kind==="says"&&Oe(c)>s;i({kind:c.kind,step:c,isLong:$},$?Pe.says2:Pe[c.kind]),l=c.t}return{rows:o,height:a}}function Oe(e){return e.text.length+1+(e.clause?.length??0)}function Ae(e,t,s,n){return Math.max(s,Math.min(e-t/2,n-t))}function ft(e,t,s){let n=0,o=e.length;for(;n<o;){let l=n+o>>1;e[l].y+e[l].h<=t?n=l+1:o=l}let a=n;for(;n<e.length&&e[n].y<s;)n++;return[a,n]}var ds=72,us=100,ps=48,mt=400,fs=7.4,ht=6.4,ms=620;function hs(e,t,s){let n=ds*s,o=Math.max(us*s,(t-n-30)/Math.max(1,e.length)),a=new Map(e.map((i,c)=>[i.name,n+o*(c+.5)])),l=Math.max(t,n+o*e.length+20);return{x:a,gap:o,left:n,scale:s,width:l,note:Math.min(ms*s,Math.min(t,l)-n-16)}}function bs(e,t,s,n){let o=e+(s?-9:9)*n;return`${e},${t} ${o},${t-4.5*n} ${o},${t+4.5*n}`}function gs({step:e,g:t}){let s=t.scale,n=t.x.get(e.from),o=t.x.get(e.to),a=o>=n,l=25*s,i=n===o,c=Ye(e),$=c.length*fs*s+20,d=Ae((n+o)/2+(i?30*s+$/2:0),$,t.left,t.width-6);return r`
        <svg width=${t.width} height=${34*s} aria-hidden="true">
            ${i?r`<path d=${`M${n} ${8*s}h${26*s}v${14*s}h${-20*s}`} />`:r`<line x1=${n} y1=${l} x2=${e.lost?(n+o)/2:o+(a?-2:2)} y2=${l} stroke-dasharray=${e.request?null:"6 3"} />`}
            ${!e.lost&&!i&&r`<polygon points=${bs(o,l,a,s)} />`}
        </svg>
        <span class="label" style=${{left:`${d}px`,width:`${$}px`,maxWidth:`${t.width-t.left}px`}}><span>${c}</span></span>`}function vs({step:e,g:t,isLong:s}){let n=Math.min(t.note,Oe(e)*ht*t.scale+22),o=t.x.get(e.from)??t.left;return r`<span class=${`note ${s?"":"short"}`} style=${{left:`${Ae(o,n,t.left,t.width-6)}px`,maxWidth:`${n}px`}}>
        ${e.text} ${e.clause&&r`<span class="clause">${e.clause}</span>`}</span>`}function ys({row:e,g:t,begin:s,selected:n,onSelect:o,index:a,total:l}){if(e.kind==="gap")return r`<div class="gap" style=${{top:`${e.y}px`,height:`${e.h}px`}} aria-hidden="true"><span>${u.ladder.gap(e.seconds)}</span></div>`;let i=e.step,c=((i.t-s)/1e6).toFixed(3);return r`<div class=${`step ${i.kind==="says"?"c-says":`c-${i.look}`}`} role="option" id=${`step-${a}`} aria-selected=${n}
            aria-setsize=${l} aria-posinset=${a+1} aria-label=${i.kind==="says"?Ce(i):`${c} ${Ce(i)}`} onClick=${()=>o(a)}
            style=${{top:`${e.y}px`,height:`${e.h}px`}}>
        ${i.kind==="says"?r`<${vs} step=${i} g=${t} isLong=${e.isLong} />`:r`<span class="at">${c}</span>${" "}<${gs} step=${i} g=${t} />`}</div>`}function bt({steps:e,nodes:t,selected:s,onSelect:n,gaps:o,follow:a}){let l=le(),i=le(!0),[c,$]=p({top:0,height:800,width:900}),d=te(()=>ye(e,t),[e,t]),f=oe.value==="projector"?4/3:1,b=te(()=>hs(d,c.width,f),[d,c.width,f]),C=Math.floor((b.note-22)/(ht*f)),{rows:g,height:R}=te(()=>pt(e,{gaps:o,chars:C,scale:f}),[e,o,C,f]),y=g.findIndex(h=>h.step&&h.step.id===s),z=()=>{let h=l.current;h&&(i.current=h.scrollTop+h.clientHeight>=h.scrollHeight-40,$(T=>T.top===h.scrollTop&&T.height===h.clientHeight&&T.width===h.clientWidth?T:{top:h.scrollTop,height:h.clientHeight,width:h.clientWidth}))},ee=h=>{let T=l.current,X=ps*f;h.y<T.scrollTop?T.scrollTop=h.y:h.y+h.h+X>T.scrollTop+T.clientHeight&&(T.scrollTop=h.y+h.h+X-T.clientHeight)};xe(()=>{z();let h=new ResizeObserver(z);return h.observe(l.current),()=>h.disconnect()},[]),P(()=>{a&&i.current&&l.current&&(l.current.scrollTop=l.current.scrollHeight)},[g,a]),xe(()=>{y>=0&&ee(g[y])},[y>=0]);let de=h=>{let T=g[h];T?.step&&(n(T.step.id),ee(T))},Gt=(h,T)=>{let X=h+T;for(;g[X]&&!g[X].step;)X+=Math.sign(T)||1;de(Math.max(0,Math.min(g.length-1,X)))},Kt=h=>{let T={ArrowDown:1,ArrowUp:-1,PageDown:15,PageUp:-15};if(h.key in T)Gt(y,T[h.key]);else if(h.key==="Home")de(0);else if(h.key==="End")de(g.length-1);else return;h.preventDefault()},[ue,ze]=ft(g,c.top-mt,c.top+c.height+mt),Xt=e[0]?.t??0;return r`
        <div class="ladder" ref=${l} onScroll=${z} tabindex="0" role="listbox" aria-label=${u.ladder.name} onKeyDown=${Kt}
             aria-activedescendant=${y>=ue&&y<ze?`step-${y}`:null}>
            <div class="lanes" style=${{width:`${b.width}px`}} aria-hidden="true">
                ${d.map(h=>r`<span class="lane" key=${h.name} style=${{left:`${b.x.get(h.name)}px`}}>${h.name}<small>${u.roles[h.role]??h.role}</small></span>`)}
            </div>
            <div class="rows" style=${{height:`${R}px`,width:`${b.width}px`}}>
                <svg class="rails" width=${b.width} height=${R} aria-hidden="true">
                    ${d.map(h=>r`<line class="rail" key=${h.name} x1=${b.x.get(h.name)} x2=${b.x.get(h.name)} y1="0" y2=${R} />`)}
                </svg>
                ${g.slice(ue,ze).map((h,T)=>r`
                    <${ys} key=${h.step?.id??`gap-${h.y}`} row=${h} g=${b} begin=${Xt} index=${ue+T} total=${g.length}
                            selected=${ue+T===y} onSelect=${de} />`)}
            </div>
        </div>`}function re(e,t,s){let n=URL.createObjectURL(new Blob([s],{type:t})),o=document.createElement("a");o.href=n,o.download=e,o.click(),setTimeout(()=>URL.revokeObjectURL(n),1e3)}function V(e,t=0){let[s,n]=p({value:null,problem:null,at:0}),[o,a]=p(0),l=Ke(()=>a(i=>i+1),[]);return P(()=>{let i=!0;return e!==null&&K(e).then(c=>i&&n({value:c,problem:null,at:Date.now()}),c=>i&&n($=>({...$,problem:c}))),()=>{i=!1}},[e,o]),P(()=>{if(!t)return;let i=setInterval(()=>document.hidden||l(),t);return()=>clearInterval(i)},[t]),{...s,reload:l}}var Q=u.ladder,ws=100,xs=2e3,ks=new Set([0,4,5]);function Cs({result:e}){return e?r`<span class=${`pill ${e<300?"good":"bad"}`}>${e<300?"\u2713":"\u2717"} ${e}</span>`:r`<span class="pill">${Q.goesOn}</span>`}function Ss(e){return new Date(e/1e3).toLocaleTimeString("en-GB",{hour12:!1})}function Rs({c:e}){let t=(e.last_us-e.began_us)/1e6;return r`<tr>
        <td class="number">${Ss(e.began_us)}</td>
        <td><a href=${k("ladder",{call:e.call})}>${e.method}</a></td>
        <td class="mono">${e.users.map(s=>r`<div>${s}</div>`)}</td>
        <td><${Cs} result=${e.result} /></td>
        <td class="number">${t<10?t.toFixed(3):Math.round(t)} s</td>
        <td class="number">${e.messages}</td>
        <td class="mono quiet">${e.call}</td></tr>`}function gt({params:e}){let t=e.get("user")??"",s=e.get("result")==="failed",n=new URLSearchParams({limit:ws,...t&&{user:t},...s&&{result:"failed"}}),{value:o,problem:a}=V(`calls?${n}`,xs);return r`
        <div class="row filters" role="search">
            <input aria-label=${Q.user} placeholder=${Q.user} value=${t} spellcheck=${!1} onInput=${l=>A({user:l.target.value})} />
            <button aria-pressed=${s} onClick=${()=>A({result:s?"":"failed"})}>${Q.failures}</button>
        </div>
        <${S} problem=${a} />
        ${o&&r`<div class="card scroll"><table>
            <thead><tr>${Q.callColumns.map((l,i)=>r`<th class=${ks.has(i)?"number":""}>${l}</th>`)}</tr></thead>
            <tbody>${o.calls.map(l=>r`<${Rs} key=${l.call} c=${l} />`)}</tbody></table>
            ${o.calls.length===0?r`<div class="empty"><p>${Q.empty}</p></div>`:r`<p class="quiet">${Q.callsOf(o.calls.length,o.total)}</p>`}</div>`}`}var x=u.ladder,Ts=["REGISTER","INVITE","MESSAGE","OPTIONS","SUBSCRIBE","NOTIFY","ACK","BYE","CANCEL","UAR","MAR","SAR","LIR","RTR","PPR"],Es=[["",x.anyResult],["failed",x.failures],["2xx","2xx"],["401","401"],["403","403"],["404","404"],["480","480"],["486","486"],["5xx","5xx"]],qe=["user","call","method","result","node","q"];function Fs(e){let t=new URLSearchParams;for(let s of qe)e.get(s)&&t.set(s,e.get(s));return t.toString()}function Ms({steps:e,query:t}){let s=()=>ye(e,ne.value),n={pcapng:()=>{location.assign(`api/v1/trace.pcapng${t?`?${t}`:""}`)},svg:()=>re("ladder.svg","image/svg+xml",dt(s(),e)),mermaid:()=>re("ladder.mmd","text/plain",ct(s(),e)),markdown:()=>re("ladder.md","text/markdown",$t(x.title,e))};return r`<select aria-label=${x.exportAs} value="" onChange=${o=>{n[o.target.value]?.(),o.target.value=""}}>
        <option value="">${x.exportAs}…</option>${Object.keys(n).map(o=>r`<option value=${o}>${x.exports[o]}</option>`)}</select>`}function Ps({params:e}){let t=a=>l=>A({[a]:l.target.value,step:""}),s=a=>e.get(a)??"",n=()=>A({...Object.fromEntries(qe.map(a=>[a,""])),peer:"",step:""}),o=(a,l,i)=>r`<select aria-label=${l} value=${s(a)} onChange=${t(a)}>
        ${i.map(([c,$])=>r`<option value=${c}>${$}</option>`)}</select>`;return r`<div class="row filters" role="search">
        <input aria-label=${x.user} placeholder=${x.user} value=${s("user")} onInput=${t("user")} size="13" spellcheck=${!1} />
        ${o("method",x.method,[["",x.anyMethod],...Ts.map(a=>[a,a])])}
        ${o("result",x.result,Es)}
        ${o("node",x.node,[["",x.anyNode],...ne.value.map(a=>[a.name,a.name])])}
        <input aria-label=${x.call} placeholder=${x.call} value=${s("call")} onInput=${t("call")} size="14" spellcheck=${!1} />
        <input type="search" aria-label=${x.search} placeholder=${x.search} value=${s("q")} onInput=${t("q")} size="14" />
        ${s("peer")&&r`<span class="pill">${x.between(s("node"),s("peer"))}</span>`}
        ${[...qe,"peer"].some(s)&&r`<button class="plain" onClick=${n}>${x.clear}</button>`}
    </div>`}function Os(e,t,s,n){if(!s)return e;let o=a=>s==="UE"?!n.has(a):a===s;return e.filter(a=>a.kind==="arrow"&&(a.from===t&&o(a.to)||a.to===t&&o(a.from)))}function As({params:e}){let[t,s]=p(null),n=le(!0),o=Fs(e),a=e.get("fold")!=="no",l=e.get("gaps")!=="no",i=e.get("peer"),c=e.get("node"),$=t??Se.value,d=ne.value,f=te(()=>Os(a?ut($):$,c,i,new Set(d.map(C=>C.name))),[$,a,c,i,d]),b=f.find(C=>C.id===e.get("step"));return P(()=>{let C=setTimeout(()=>Te(o),n.current?0:200);return n.current=!1,()=>clearTimeout(C)},[o]),P(()=>()=>Te(""),[]),r`<div class="row filters">
            <${Ps} params=${e} />
            <div class="end row">
                <button aria-pressed=${a} title=${x.foldSays} onClick=${()=>A({fold:a?"no":""})}>${x.fold}</button>
                <button aria-pressed=${l} title=${x.gapsSays} onClick=${()=>A({gaps:l?"no":""})}>${x.gaps}</button>
                <button aria-pressed=${t!==null} onClick=${()=>s(t?null:Se.value)}>${t?x.resume:x.pause}</button>
                <${Ms} steps=${f} query=${o} />
            </div></div>
        ${Re.value>0&&r`<div class="banner" role="status">${x.missed(Re.value)}</div>`}
        ${f.length===0?r`<div class="card empty"><p>${x.empty}</p></div>`:r`<div class=${b?"split":""}>
                <${bt} steps=${f} nodes=${d} selected=${b?.id} gaps=${l}
                           follow=${t===null&&!b} onSelect=${C=>A({step:C})} />
                ${b&&r`<${it} key=${b.id} step=${b} steps=${f} call=${e.get("call")} />`}
            </div>`}`}function vt({rest:e,params:t}){let s=e[0]==="calls";return r`
        <div class="head"><h1>${x.title}</h1>
            <nav class="row" aria-label=${x.title}>
                <a class="button" href=${k("ladder")} aria-current=${s?null:"page"}>${x.live}</a>
                <a class="button" href=${k("ladder",{},"calls")} aria-current=${s?"page":null}>${x.calls}</a>
            </nav></div>
        ${s?r`<${gt} params=${t} />`:r`<${As} params=${t} />`}`}var L=u.network,Z=150,$e=62,ce=206,Ie=96,ae=44,yt={pcscf:1,icscf:2,scscf:3,hss:4,slf:4,as:5},qs={icscf:-ae,scscf:ae},Is=[["pcscf","icscf"],["pcscf","scscf"],["icscf","scscf"],["icscf","hss"],["scscf","hss"],["slf","hss"],["scscf","as"]];function _s(e){let t=new Map,s=[],n=12;for(let o of e.networks){let a={},l=1;for(let i of o.nodes){let c=yt[i.role]??5,$=a[c]??0;a[c]=$+1,l=Math.max(l,$+1),t.set(i.name,{x:40+c*ce,y:n+34+ae+$*Ie+(qs[i.role]??0),node:i})}s.push({domain:o.domain,y:n,h:34+2*ae+l*Ie-20}),n+=34+2*ae+l*Ie}return{at:t,bands:s,height:n}}function wt(e){return e.state==="dead"?["bad","\u2717",L.dead]:e.state!=="alive"?["warn","\u2026",L.starting]:e.ready?["good","\u2713",L.ready]:["warn","!",L.notReady]}function xt(e){return t=>{t.key!=="Enter"&&t.key!==" "||(t.preventDefault(),e())}}function Ls({a:e,b:t,ends:s,rate:n,down:o}){let[a,l,i,c]=[e.x+Z/2,e.y+$e/2,t.x+Z/2,t.y+$e/2],$=s[0]==="UE"?s[1]:s[0],d=()=>J("ladder",{node:$,peer:s[0]==="UE"?"UE":s[1]});return r`<g class=${`wire ${o?"down":""} ${n>0?"busy":""}`} role="button" tabindex="0" aria-label=${L.link(s[0],s[1],n)}
            onClick=${d} onKeyDown=${xt(d)}>
        <line class="reach" x1=${a} y1=${l} x2=${i} y2=${c} /><line class="link" x1=${a} y1=${l} x2=${i} y2=${c} />
        ${n>0&&r`<text class="rate" x=${(a+i)/2} y=${(l+c)/2-7}>${L.perSecond(n)}</text>${" "}`}
        ${o&&r`<text class="cut" aria-hidden="true" x=${(a+i)/2} y=${(l+c)/2+5}>✗</text>`}</g>`}function Ns(e,t){let s=new Map,n=(o,a,l)=>{let i=[o??"UE",a??"UE"].sort(($,d)=>$==="UE"?-1:d==="UE"?1:$<d?-1:1),c=s.get(i.join(" "))??{ends:i,rate:0};c.rate+=l,s.set(i.join(" "),c)};for(let o of t.networks)for(let a of o.nodes){a.role==="pcscf"&&n(null,a.name,0);for(let l of o.nodes)Is.some(([i,c])=>a.role===i&&l.role===c)&&n(a.name,l.name,0)}for(let o of e)n(o.from,o.to,o.per_second);return[...s.values()]}function Ds({x:e,y:t,node:s}){let[n,o,a]=wt(s),l=`${u.roles[s.role]??s.role} \xB7 ${a}`,i=()=>J("ladder",{node:s.name});return r`<g class=${`node ${n}`} tabindex="0" role="button" aria-label=${`${o} ${s.name} ${l}`} onClick=${i} onKeyDown=${xt(i)}>
        <rect x=${e} y=${t} width=${Z} height=${$e} rx="9" />
        <text class="mark" x=${e+15} y=${t+26}>${o}</text>${" "}<text x=${e+Z/2} y=${t+26}>${s.name}</text>${" "}
        <text class="role" x=${e+Z/2} y=${t+46}>${l}</text></g>`}function js({net:e}){let{at:t,bands:s,height:n}=_s(e),o=40+ce*(Math.max(...[...t.values()].map(i=>yt[i.node.role]??5))+1),a={x:16,y:s[0].y+34+ae},l=i=>i==="UE"?a:t.get(i);return r`<svg class="map" viewBox=${`0 0 ${o} ${n}`} role="group" aria-label=${L.map}>
        ${s.map(i=>r`<rect class="home" x=${ce+12} y=${i.y} width=${o-ce-24} height=${i.h} rx="10" /><text class="domain" x=${ce+28} y=${i.y+22}>${i.domain}</text>`)}
        ${Ns(Je.value,e).map(({ends:i,rate:c})=>{let[$,d]=i.map(l);return $&&d&&r`<${Ls} key=${i.join()} a=${$} b=${d} ends=${i} rate=${c} down=${[$,d].some(f=>f.node?.state==="dead")} />`})}
        <g class="node"><rect x=${a.x} y=${a.y} width=${Z} height=${$e} rx="30" /><text x=${a.x+Z/2} y=${a.y+$e/2+5}>${L.phones}</text></g>
        ${[...t.values()].map(i=>r`<${Ds} key=${i.node.name} ...${i} />`)}</svg>`}function Us({status:e}){let t=Object.entries(e??{}).filter(([s,n])=>typeof n=="number"&&L.figures[s]);return t.length===0?null:r`<dl class="figures">${t.map(([s,n])=>r`<div><dt>${L.figures[s]}</dt><dd>${n.toLocaleString("en")}</dd></div>`)}</dl>`}function Ws({node:e}){let[t,s,n]=wt(e),o=new Date(e.since_us/1e3).toLocaleTimeString("en-GB");return r`<section class=${`card ${t==="bad"?"dead":""}`} aria-label=${e.name}>
        <div class="head"><h2>${e.name}</h2><span class="quiet">${u.roles[e.role]}</span><span class=${`pill ${t}`}>${s} ${n}</span></div>
        ${t!=="good"&&r`<p><strong>${L.deadSince(o)}</strong>${e.reason?`: ${e.reason}`:""}</p>`}
        <p class="quiet">${u.roleSays[e.role]}</p>
        <${Us} status=${e.status} />
        <details><summary>${L.addresses}</summary>
            <table><tbody>${(e.listeners??[]).map(a=>r`<tr><th>${L.trusts[a.trust]??a.trust}</th><td class="mono">${a.transport} ${a.at}</td></tr>`)}</tbody></table></details>
        <p><a href=${k("ladder",{node:e.name})}>${L.showLadder}</a></p></section>`}function _e(){let e=se.value;return e?r`<div class="head"><h1>${L.title}</h1></div><p class="lead">${L.lead}</p>
        <div class="card mapcard"><${js} net=${e} /></div>
        <div class="cards">${e.networks.flatMap(t=>t.nodes).map(t=>r`<${Ws} key=${t.name} node=${t} />`)}</div>`:r`<p>${u.loading}</p>`}function Le(e,t){return e.nodes.filter(s=>s.role===t&&s.status===200)}function kt(e){let t=new Map,s=n=>{let o=n.find(l=>t.has(l)),a=o?t.get(o):{identities:[],pcscf:[],scscf:[],hss:null};for(let l of n)a.identities.includes(l)||a.identities.push(l),t.set(l,a);return a};for(let n of Le(e,"hss"))for(let o of n.answer.registrations??[])for(let a of o.sets)Object.assign(s(a.publics.map(l=>l.impu)),{hss:{node:n.node,...a}});for(let n of Le(e,"scscf"))for(let o of n.answer.registrations??[])s([o.public_identity,...o.identities.map(a=>a.public_identity)]).scscf.push({node:n.node,...o});for(let n of Le(e,"pcscf"))for(let o of n.answer.registrations??[])o.registered&&s([o.public_identity,...o.identities]).pcscf.push({node:n.node,...o});return[...new Set(t.values())]}function Ct(e,t){let s=e.scscf.flatMap(n=>n.bindings).length;return!t.hss&&!t.scscf&&e.hss?.state==="registered"!=s>0?!1:t.pcscf||t.scscf||e.pcscf.length===s}function St(){let[e,t]=p(Date.now());return P(()=>{let s=setInterval(()=>t(Date.now()),1e3);return()=>clearInterval(s)},[]),e}function Rt(e){let t=a=>String(a).padStart(2,"0"),s=Math.max(0,Math.round(e)),[n,o]=[Math.floor(s/3600),Math.floor(s/60)%60];return n>0?`${n}:${t(o)}:${t(s%60)}`:`${o}:${t(s%60)}`}var Tt=pe(null),Ne=!1;function we(){return P(()=>{Ne||(Ne=!0,K("openapi.json").then(e=>{Tt.value=e.paths},()=>{Ne=!1}))},[]),(e,t)=>{let s=Tt.value?.[`/api/v1${t}`]?.[e];return!!s&&!s["x-planned"]}}var m=u.registrations,Vs=3e3,Et=["PERMANENT_TERMINATION","SERVER_CHANGE","NEW_SERVER_ASSIGNED","REMOVE_S-CSCF"],Ft=e=>(e??"").split(";")[0].toLowerCase();function Hs(e,t,s,n){return e.find(o=>o.what===s&&o.nodes.includes(t)&&(n===void 0||Ft(o.value)===Ft(n)))}function De({by:e}){return e?r` <span class="pill warn" title=${e.says}>≠ ${m.differs}</span>`:null}function w({name:e,says:t,mark:s,children:n}){return r`<div class=${`fact ${s?"differs":""}`}><dt title=${t}>${e}</dt><dd>${n}<${De} by=${s} /></dd></div>`}function Mt({seconds:e,at:t}){let s=St();if(e===void 0)return m.noEnd;let n=e-(s-t)/1e3;return n>0?r`<span class="number">${Rt(n)}</span>`:m.ended}function je({list:e,mark:t}){return r`<ul class="plain">${e.map(s=>r`<li class="mono">${s.name}${s.barred?r` <span class="pill warn">${u.subscribers.barred}</span>`:""}<${De} by=${t(s.name)} /></li>`)}</ul>`}function Bs({n:e,at:t,marks:s}){return e.answer.map(n=>r`<dl class="facts">
        <${w} name=${m.contact} says=${m.contactSays} mark=${s("contact",n.contact)}><code>${n.contact}</code></${w}>
        <${w} name=${m.source} says=${m.sourceSays}><code>${n.transport} ${n.source}</code></${w}>
        <${w} name=${m.expires} mark=${s("expires",n.contact)}>${n.registered?r`<${Mt} seconds=${n.expires_seconds} at=${t} />`:m.notYet}</${w}>
        ${n.service_route&&r`<${w} name="Service-Route" says=${m.serviceRouteSays}><code>${n.service_route}</code></${w}>`}
        ${n.identities.length>0&&r`<${w} name=${m.identities}><${je} list=${n.identities.map(o=>({name:o}))} mark=${o=>s("identities",o)} /></${w}>`}
    </dl>`)}function zs({node:e,impu:t,contact:s,act:n}){let o=`nodes/${q(e)}/registrations/${q(t)}/expire?contact=${q(s)}`;return r`<button onClick=${()=>n(()=>E("POST",o,{}).then(()=>[]),m.expired(s))}>${m.expire}</button>`}function Gs({n:e,at:t,marks:s,act:n,canExpire:o}){let a=e.answer;return r`<dl class="facts">
        <${w} name=${m.state} mark=${s("state")??s("server")}>${a.registered?u.subscribers.states.registered:u.subscribers.states["not registered"]}</${w}>
        <${w} name=${m.identities}><${je} list=${a.identities.map(l=>({name:l.public_identity,barred:l.barred}))} mark=${l=>s("identities",l)} /></${w}></dl>
        ${a.bindings.map(l=>r`<dl class="facts">
            <${w} name=${m.contact} says=${m.contactSays} mark=${s("contact",l.contact)}><code>${l.contact}</code></${w}>
            <${w} name=${m.expires} mark=${s("expires",l.contact)}><${Mt} seconds=${l.expires_seconds} at=${t} />
                ${o&&r` <${zs} node=${e.node} impu=${a.public_identity} contact=${l.contact} act=${n} />`}</${w}>
            <${w} name="Path" says=${m.pathSays}><code>${l.path}</code></${w}>
            <${w} name=${m.privateIdentity}><code>${l.private_identity}</code></${w}>
            <${w} name=${m.priority}>${(l.q_permille/1e3).toFixed(1)}</${w}></dl>`)}`}function Ks({n:e,marks:t}){let s=e.answer;return r`<dl class="facts">
        <${w} name=${m.state} mark=${t("state")}>${u.subscribers.states[s.state]??s.state}</${w}>
        <${w} name=${m.server} says=${m.serverSays} mark=${t("server")??t("state")}>${s.scscf?r`<code>${s.scscf}</code>`:m.noServer}</${w}>
        <${w} name=${m.identities}><${je} list=${s.publics.map(n=>({name:n.impu,barred:n.barred}))} mark=${n=>t("identities",n)} /></${w}>
        <${w} name=${m.registeredAs}>${s.registered?.length?s.registered.map(n=>r`<div class="mono">${n}</div>`):m.nobody}</${w}></dl>`}var Pt={pcscf:Bs,scscf:Gs,hss:Ks};function Xs({n:e,at:t,differences:s,act:n,canExpire:o}){let a=Pt[e.role],l=(c,$)=>Hs(s,e.node,c,$),i=e.status===200&&!(Array.isArray(e.answer)&&e.answer.length===0);return r`<section class="card" aria-label=${e.node}>
        <div class="head"><h2>${e.node}</h2><span class="quiet">${u.roles[e.role]}</span></div>
        ${i?r`<${a} n=${e} at=${t} marks=${l} act=${n} canExpire=${o} />`:e.state==="dead"?r`<p class="pill bad">${u.network.dead}</p><p>${e.reason}</p>`:r`<p>${m.knowsNothing}<${De} by=${l("state")} /></p>`}</section>`}function Ys({list:e}){return r`<ul class="plain">${e.map(t=>r`<li><span class=${`pill ${t.success?"good":"bad"}`}>${t.success?m.done:m.failed}</span> ${m.toldTo(t.command,t.scscf)}: ${t.sentence}</li>`)}</ul>`}var Ot=({value:e})=>e.told;function Js({impu:e,hss:t,onClose:s,onDone:n}){let[o,a]=p(Et[0]),[l,i]=p("set"),[c,$]=p(""),[d,f]=p(null),b=t?.answer?.registered??[],C=g=>{g.preventDefault();let R={reason:o,...c&&{text:c},...l!=="all"&&{identities:[l==="set"?e:l]}};E("POST",`subscribers/${q(e)}/deregister`,R).then(y=>n(Ot(y)),f)};return r`<${I} title=${m.deregisterTitle} onClose=${s}><form onSubmit=${C}>
        <p>${m.deregisterSays}</p><${S} problem=${d} />
        <${U} label=${m.reason} hint=${m.reasons[o]} value=${o} onChange=${g=>a(g.target.value)} options=${Et.map(g=>[g,g])} />
        <${U} label=${m.scope} value=${l} onChange=${g=>i(g.target.value)}
            options=${[["set",m.scopeSet],["all",m.scopeAll],...b.map(g=>[g,m.scopePrivate(g)])]} />
        <${U} label=${m.reasonText} hint=${m.reasonTextHint} value=${c} maxlength="256" onInput=${g=>$(g.target.value)} />
        <div class="row"><button class="danger">${m.deregister}</button><button type="button" onClick=${s}>${u.cancel}</button></div>
    </form></${I}>`}function At({impu:e}){let{value:t,problem:s,at:n,reload:o}=V(`registrations/${q(e)}`,Vs),a=we(),[l,i]=p(!1),[c,$]=p({}),d=t?.nodes.find(y=>y.role==="hss"&&y.status===200),f=j.value?.role!=="viewer",b=f&&d&&a("post","/subscribers/{id}/push"),C=f&&d&&a("post","/subscribers/{id}/deregister"),g=(y,z)=>y().then(ee=>$({told:ee,says:z}),ee=>$({refused:ee})).then(o),R=()=>g(()=>E("POST",`subscribers/${q(e)}/push`,{}).then(Ot));return r`
        <div class="head"><a href=${k("registrations")}>${m.title}</a> <span aria-hidden="true">/</span> <h1 class="mono">${e}</h1>
            <div class="end">
                ${d&&r`<a class="button" href=${k("subscribers",{},e)}>${m.subscriber}</a>`}
                <a class="button" href=${k("ladder",{user:e})}>${u.subscribers.messages}</a>
                ${b&&r`<button onClick=${R}>${m.push}</button>`}
                ${C&&r`<button class="danger" onClick=${()=>i(!0)}>${m.deregister}…</button>`}
            </div></div>
        <p class="lead">${m.oneLead}</p>
        <${S} problem=${s??c.refused} />
        ${c.told&&r`<div class="card told" role="status">${c.says??(c.told.length?r`<${Ys} list=${c.told} />`:m.toldNobody)}</div>`}
        ${t?.differences.length>0&&r`<section class="card differences" aria-label=${m.differences}><h2>≠ ${m.differences}</h2>
            <ul>${t.differences.map(y=>r`<li>${y.says}</li>`)}</ul></section>`}
        ${t&&r`<div class="cards sights">${t.nodes.filter(y=>Pt[y.role]).map(y=>r`
            <${Xs} key=${y.node} n=${y} at=${n} differences=${t.differences} act=${g} canExpire=${f&&a("post","/registrations/{impu}/expire")} />`)}</div>`}
        ${l&&r`<${Js} impu=${e} hss=${d} onClose=${()=>i(!1)}
            onDone=${y=>{i(!1),$({told:y}),o()}} />`}`}var F=u.registrations,Ue=200,Qs=3e3;function Zs({row:e,dead:t}){let s=e.hss?.publics.find(o=>!o.barred)?.impu??e.identities[0],n=r`<span class="quiet">${F.unknown}</span>`;return r`<tr>
        <td><a class="mono" href=${k("registrations",{},s)}>${s}</a>
            ${e.identities.filter(o=>o!==s).map(o=>r`<div class="mono quiet">${o}</div>`)}</td>
        <td>${t.pcscf?n:e.pcscf.length?e.pcscf.map(o=>r`<div class="mono">${o.source} <span class="quiet">${F.at(o.node)}</span></div>`):F.nothing}</td>
        <td>${t.scscf?n:e.scscf.length?e.scscf.map(o=>r`<div>${F.contacts(o.bindings.length)} <span class="quiet">${F.at(o.node)}</span></div>`):F.nothing}</td>
        <td>${t.hss?n:e.hss?r`${u.subscribers.states[e.hss.state]??e.hss.state} <div class="mono quiet">${e.hss.scscf}</div>`:F.nothing}</td>
        <td>${Ct(e,t)?r`<span class="pill good">${F.agree}</span>`:r`<span class="pill warn">≠ ${F.differ}</span>`}</td></tr>`}function en(){let{value:e,problem:t}=V(`registrations?limit=${Ue}`,Qs),[s,n]=p(""),o=$=>e.nodes.some(d=>d.role===$&&d.status!==200),a=e&&{pcscf:o("pcscf"),scscf:o("scscf"),hss:o("hss")},l=e?kt(e).filter($=>$.identities.some(d=>d.includes(s))):[],i=e?.nodes.filter($=>$.status!==200)??[],c=e?Math.max(...e.nodes.map($=>$.answer?.total??0)):0;return r`
        <div class="head"><h1>${F.title}</h1><div class="end">
            <input type="search" aria-label=${F.search} placeholder=${F.search} value=${s} onInput=${$=>n($.target.value)} /></div></div>
        <p class="lead">${F.lead}</p>
        <${S} problem=${t} />
        ${i.map($=>r`<div class="banner bad" role="status">${F.silent($.node,$.reason)}</div>`)}
        ${e&&r`<div class="card scroll"><table>
            <thead><tr><th>${F.identity}</th><th>${F.atPcscf}</th><th>${F.atScscf}</th><th>${F.atHss}</th><th>${F.together}</th></tr></thead>
            <tbody>${l.map($=>r`<${Zs} key=${$.identities[0]} row=${$} dead=${a} />`)}</tbody></table>
            ${l.length===0&&r`<div class="empty"><p>${s?F.noneFound:F.none}</p></div>`}
            ${c>Ue&&r`<p class="quiet">${F.firstOf(Ue,c)}</p>`}</div>`}`}function qt({rest:e}){return e[0]?r`<${At} key=${e[0]} impu=${e[0]} />`:r`<${en} />`}var H=u.changes;function tn(e){return new Date(e).toLocaleString("en-GB")}function sn({e,undo:t}){let s=e.can_undo&&!e.undone_by&&j.value?.role!=="viewer";return r`<tr>
        <td class="number">${e.number}</td><td>${tn(e.time)}</td><td>${e.who}</td><td>${H.actions[e.action]??e.action}</td>
        <td class="mono">${e.what}${(e.before||e.after)&&r`<details><summary>${H.details}</summary>
            ${e.before&&r`<h3>${H.before}</h3><pre>${JSON.stringify(e.before,null,1)}</pre>`}${e.after&&r`<h3>${H.after}</h3><pre>${JSON.stringify(e.after,null,1)}</pre>`}</details>`}</td>
        <td>${e.undone_by?r`<span class="pill">${H.undone(e.undone_by)}</span>`:s?r`<button onClick=${()=>t(e.number)} aria-label=${`${H.undo} ${e.number}`}>${H.undo}</button>`:r`<span class="quiet">${e.why_not}</span>`}</td></tr>`}function It({params:e}){let t=e.get("before")??"",{value:s,problem:n,reload:o}=V(`audit?limit=50${t?`&before=${t}`:""}`),[a,l]=p(null),i=c=>E("POST",`audit/${c}/undo`).then(()=>{l(null),o()},l);return r`
        <div class="head"><a href=${k("subscribers")}>${u.subscribers.title}</a> <span aria-hidden="true">/</span> <h1>${H.title}</h1></div>
        <p class="lead">${H.lead}</p><${S} problem=${a??n} />
        ${s&&r`<div class="card scroll"><table><thead><tr>${H.columns.map(c=>r`<th>${c}</th>`)}<th><span class="sr">${H.undo}</span></th></tr></thead>
            <tbody>${s.entries.map(c=>r`<${sn} key=${c.number} e=${c} undo=${i} />`)}</tbody></table>
            <div class="row">${t&&r`<button onClick=${()=>A({before:""})}>${u.subscribers.firstPage}</button>`}
                ${s.next_before&&r`<button onClick=${()=>A({before:s.next_before})}>${u.subscribers.nextPage}</button>`}</div></div>`}`}var B=u.imports,We=1<<19,nn=250,Ve=new Set(["done","failed","cancelled"]);async function on(e,t,s){let n=/\.csv$/i.test(e.name)?"csv":"yaml",{value:o}=await E("POST","imports",{format:n,name:e.name});for(let a=0;a<e.size;a+=We){let l=await e.slice(a,a+We).arrayBuffer();await E("PUT",`imports/${o.id}/part?offset=${a}`,l,{type:"application/octet-stream"}),s({...o,sent:Math.min(e.size,a+We)/e.size})}for(await E("POST",`imports/${o.id}/run${t?"?dry_run=true":""}`);;){let a=await K(`imports/${o.id}`);if(s(a),Ve.has(a.state))return;await new Promise(l=>{setTimeout(l,nn)})}}function rn({s:e}){let t=e.subscribers?(e.stored??0)/e.subscribers:null;return r`<div role="status">
        <p>${B.states[e.state]}${e.sent<1&&e.state==="open"?` ${Math.round(e.sent*100)} %`:""}</p>
        ${!Ve.has(e.state)&&r`<progress aria-label=${B.progress} value=${e.state==="open"?e.sent:t} max="1"></progress>`}
        ${e.state==="done"&&r`<p>${e.dry_run?B.would(e.inserted,e.unchanged):B.did(e.inserted,e.unchanged)}</p>`}
        ${e.detail&&r`<p class="banner bad">${e.detail}</p>`}
        ${e.errors?.length>0&&r`<div class="scroll tall"><table><thead><tr><th>${B.line}</th><th>${B.wrong}</th></tr></thead>
            <tbody>${e.errors.map(s=>r`<tr><td class="number">${s.line}${s.column?`:${s.column}`:""}</td><td>${s.detail}</td></tr>`)}</tbody></table></div>`}</div>`}function _t({onClose:e,onDone:t}){let[s,n]=p(null),[o,a]=p(null),[l,i]=p(null),c=o&&!Ve.has(o.state)&&!l,$=d=>{i(null),on(s,d,a).then(t,i)};return r`<${I} title=${B.title} onClose=${e}>
        <p>${B.says}</p><${S} problem=${l} />
        <p><label>${B.file} <input type="file" accept=".yaml,.yml,.csv" onChange=${d=>{n(d.target.files[0]??null),a(null)}} /></label></p>
        ${o&&r`<${rn} s=${o} />`}
        <div class="row"><button class="primary" disabled=${!s||c} onClick=${()=>$(!1)}>${B.run}</button>
            <button disabled=${!s||c} onClick=${()=>$(!0)}>${B.check}</button><button onClick=${e}>${u.close}</button></div></${I}>`}var N=u.many,He=["number","impi","password","k","opc"];function an(e){let t=s=>/[",\n]/.test(s??"")?`"${s.replace(/"/g,'""')}"`:s??"";return[He.join(","),...e.map(s=>He.map(n=>t(s[n])).join(","))].join(`
`)+`
`}function ln({result:e,onClose:t}){let s=He.filter(n=>e.subscribers.some(o=>o[n]));return r`<p role="status">${N.created(e.created)}</p>
        <div class="scroll tall"><table><thead><tr>${s.map(n=>r`<th>${N.columns[n]}</th>`)}</tr></thead>
            <tbody>${e.subscribers.map(n=>r`<tr>${s.map(o=>r`<td class="mono">${n[o]}</td>`)}</tr>`)}</tbody></table></div>
        <div class="row"><button class="primary" onClick=${()=>re("subscribers.csv","text/csv",an(e.subscribers))}>${N.keep}</button>
            <button onClick=${t}>${u.close}</button></div>`}function Lt({onClose:e,onDone:t}){let[s,n]=p({first:"1101",count:"30",name:"",generate:"password"}),[o,a]=p(null),[l,i]=p(null),c=(d,f,b)=>r`<${U} label=${f} hint=${b} value=${s[d]} bad=${he(o,d)}
        onInput=${C=>n({...s,[d]:C.target.value})} />`,$=d=>{d.preventDefault();let f={first:s.first.trim(),count:Number(s.count),generate:s.generate,...s.name&&{name:s.name}};E("POST","subscribers/ranges",f).then(({value:b})=>{i(b),t()},a)};return r`<${I} title=${N.title} onClose=${e}>${l?r`<${ln} result=${l} onClose=${e} />`:r`<form onSubmit=${$}>
        <p>${N.says}</p><${S} problem=${o} />
        ${c("first",N.first,N.firstHint)}${c("count",N.count,N.countHint)}${c("name",N.name,N.nameHint)}
        <${U} label=${N.generate} value=${s.generate} onChange=${d=>n({...s,generate:d.target.value})} options=${[["password",N.passwords],["key",N.keys]]} />
        <div class="row"><button class="primary">${N.add}</button><button type="button" onClick=${e}>${u.cancel}</button></div></form>`}</${I}>`}var ie=u.editor,cn=new Set(["id","version"]);function $n(e){return JSON.stringify(e,(t,s)=>cn.has(t)?void 0:s,2)}function dn({problem:e}){if(!e)return null;let t=e.errors?.filter(s=>s.pointer)??[];return r`<${S} problem=${e} />
        ${t.length>0&&r`<ul>${t.map(s=>r`<li><code>${s.pointer}</code> ${s.detail}</li>`)}</ul>`}`}function Be({title:e,says:t,path:s,value:n,etag:o,onClose:a,onSaved:l}){let[i,c]=p($n(n)),[$,d]=p(null),[f,b]=p(!1),C=async g=>{b(!1);try{let R=JSON.parse(i),y=o?{"If-Match":o}:{},z=await E("PUT",`${s}${g?"?dry_run=true":""}`,R,{headers:y});d(null),g?b(!0):l(z.value)}catch(R){d(R instanceof SyntaxError?{message:`${ie.noJson} ${R.message}`}:R)}};return r`<${I} title=${e} onClose=${a}>
        <p>${t}</p><${dn} problem=${$} />
        ${f&&r`<div class="banner" role="status">✓ ${ie.good}</div>`}
        <textarea class="model" aria-label=${ie.model} rows="22" spellcheck=${!1} value=${i} onInput=${g=>c(g.target.value)}></textarea>
        <div class="row"><button class="primary" onClick=${()=>C(!1)}>${u.save}</button><button onClick=${()=>C(!0)}>${ie.check}</button><button onClick=${a}>${u.cancel}</button></div></${I}>`}function Nt({id:e,onClose:t,onSaved:s}){let[n,o]=p(null);return n?r`<${Be} title=${ie.title} says=${ie.says} path=${`subscribers/${q(e)}`} value=${n.value} etag=${n.etag} onClose=${t} onSaved=${s} />`:(E("GET",`subscribers/${q(e)}`).then(o,t),null)}var _=u.subscribers.phone;function un(e,t){let n=t.find(c=>c.role==="pcscf")?.listeners.find(c=>c.trust==="gm"),o=e.privates[0]?.impi??"",a=e.sets.flatMap(c=>c.publics).find(c=>c.impu.startsWith("sip:")&&!c.barred)?.impu??"",[l,i]=a.replace(/^sip:/,"").split("@");return{user:l,domain:i,impi:o,impu:a,proxy:n?.advertised??n?.at??"",hasKey:!!e.privates[0]?.aka}}function pn(e,t,s){let n=_.yours;return{linphone:[[_.user,t.user],[_.auth,t.impi],[_.domain,t.domain],[_.secret,n],[_.proxy,`<sip:${t.proxy};transport=udp>`],[_.transport,"UDP"]],baresip:[["~/.baresip/accounts",`<sip:${t.user}@${t.domain};transport=udp>;auth_user=${t.impi};auth_pass=${n};outbound="sip:${t.proxy};lr";regint=600`]],sim:[["K",s?.k??_.revealFirst],["OPc",s?.opc??_.revealFirst],["IMPI",t.impi],["IMPU",t.impu],[_.domain,t.domain],["P-CSCF",t.proxy]]}[e]}function fn({text:e}){let[t,s]=p(null);return P(()=>{let n=!0;return import("./assets/qrcode-CCTWPE6S.js").then(({default:o})=>{let a=o(0,"M");a.addData(e),a.make();let l=a.getModuleCount(),i="";for(let c=0;c<l;c++)for(let $=0;$<l;$++)a.isDark(c,$)&&(i+=`M${$} ${c}h1v1h-1z`);n&&s({n:l,path:i})}),()=>{n=!1}},[e]),t?r`<svg class="qr" role="img" aria-label=${_.qr} viewBox=${`-2 -2 ${t.n+4} ${t.n+4}`} shape-rendering="crispEdges">
        <rect x="-2" y="-2" width=${t.n+4} height=${t.n+4} fill="#fff" /><path d=${t.path} fill="#000" /></svg>`:r`<p>${u.loading}</p>`}function Dt({s:e,secrets:t}){let s=un(e,ne.value),n=s.hasKey?["sim","linphone","baresip"]:["linphone","baresip"],[o,a]=p(n[0]),[l,i]=p(!1),c=pn(o,s,t),$=c.length===1?c[0][1]:c.map(([d,f])=>`${d}: ${f}`).join(`
`);return r`<section class="card" aria-label=${_.title}><h2>${_.title}</h2>
        <div class="row kinds" role="group" aria-label=${_.kind}>${n.map(d=>r`<button aria-pressed=${d===o} onClick=${()=>a(d)}>${_.kinds[d]}</button>`)}</div>
        <p class="quiet">${_.says[o]}</p>
        <table><tbody>${c.map(([d,f])=>r`<tr><th>${d}</th><td class="mono">${f}</td></tr>`)}</tbody></table>
        <p class="row"><button onClick=${()=>navigator.clipboard?.writeText($)}>${_.copy}</button><button aria-pressed=${l} onClick=${()=>i(!l)}>${_.qr}</button></p>
        ${l&&r`<${fn} text=${$} />`}</section>`}var W=u.ifc,mn={originating:0,terminating:1,"terminating-unregistered":2,"originating-unregistered":3,"originating-cdiv":4},hn={initial:0,again:1,gone:2};function jt(e){let t=e.method?W.conditions.method(e.method,e.registration):e.request_uri!==void 0?W.conditions.requestUri(e.request_uri):e.header!==void 0?W.conditions.header(e.header,e.content):e.sdp!==void 0?W.conditions.sdp(e.sdp,e.content):W.conditions.sessionCase(e.session_case);return e.not?W.not(t):t}function bn(e){let t=new Map;return e.forEach(s=>{for(let n of[s.group??0].flat())t.set(n,[...t.get(n)??[],s])}),[...t.entries()].sort(([s],[n])=>s-n).map(([,s])=>s)}function Ut(e){let[t,s]=e.match==="any"?[W.and,W.or]:[W.or,W.and],n=bn(e.when??[]),o=n.map(a=>a.length>1&&n.length>1?`(${a.map(jt).join(t)})`:a.map(jt).join(t));return`${W.sentence(o.join(s),e.server)} ${W.defaults[e.default??"continued"]}${e.part&&e.part!=="both"?` ${W.parts[e.part]}`:""}`}var gn=e=>String(e).replace(/[&<>]/g,t=>({"&":"&amp;","<":"&lt;",">":"&gt;"})[t]),D=(e,t)=>`<${e}>${gn(t)}</${e}>`;function vn(e){let t=(a,l,i)=>`<${a}>${D(l,i)}${e.content!==void 0?D("Content",e.content):""}</${a}>`,s=e.method?D("Method",e.method):e.request_uri!==void 0?D("RequestURI",e.request_uri):e.header!==void 0?t("SIPHeader","Header",e.header):e.sdp!==void 0?t("SessionDescription","Line",e.sdp):D("SessionCase",mn[e.session_case]),n=(e.registration??[]).map(a=>D("RegistrationType",hn[a])).join(""),o=[e.group??0].flat().map(a=>D("Group",a)).join("");return`<SPT>${D("ConditionNegated",e.not?1:0)}${o}${s}${n?`<Extension>${n}</Extension>`:""}</SPT>`}function yn(e){let t=e.when?.length?`  <TriggerPoint>
    ${D("ConditionTypeCNF",e.match==="any"?0:1)}
    ${e.when.map(vn).join(`
    `)}
  </TriggerPoint>
`:"",s={registered:0,unregistered:1}[e.part];return`<InitialFilterCriteria>
  ${D("Priority",e.priority??0)}
${t}  <ApplicationServer>
    ${D("ServerName",e.server)}
    ${D("DefaultHandling",e.default==="terminated"?1:0)}
${e.service_info?`    ${D("ServiceInfo",e.service_info)}
`:""}  </ApplicationServer>
${s===void 0?"":`  ${D("ProfilePartIndicator",s)}
`}</InitialFilterCriteria>
`}function Wt(e){return[...e].sort((t,s)=>(t.priority??0)-(s.priority??0)).map(yn).join("")}var M=u.ifc;function wn({list:e,asXml:t}){return t?r`<pre>${Wt(e)}</pre>`:r`<ol class="plain">${[...e].sort((s,n)=>(s.priority??0)-(n.priority??0)).map(s=>r`<li class="criterion">
        <span class="pill">${s.priority??0}</span> ${Ut(s)}</li>`)}</ol>`}function xn({name:e,canChange:t}){let[s,n]=p(null),[o,a]=p(null),[l,i]=p(!1),[c,$]=p(!1),d=`profiles/${q(e)}`,f=()=>E("GET",d).then(n,a);if(!s&&!o&&f(),!s)return r`<${S} problem=${o} />`;let b=s.value.ifc??[];return r`<h3>${M.profile(e)}</h3>
        ${b.length?r`<${wn} list=${b} asXml=${c} />`:r`<p>${M.none}</p>`}
        ${s.value.shared_ifc?.length>0&&r`<p>${M.shared(s.value.shared_ifc.join(", "))}</p>`}
        <div class="row">${b.length>0&&r`<button aria-pressed=${c} onClick=${()=>$(!c)}>XML</button>`}
            ${t&&r`<button onClick=${()=>i(!0)}>${M.edit}</button>`}</div>
        ${l&&r`<${Be} title=${M.profile(e)} says=${M.editSays} path=${d} value=${{...s.value,ifc:b.length?b:M.example}} etag=${s.etag}
            onClose=${()=>i(!1)} onSaved=${()=>{i(!1),f()}} />`}`}function kn({a:e}){return r`<div role="status">
        <p><strong>${e.next?M.goesTo(e.next):M.goesOn}</strong> <span class="quiet">${e.method}, ${e.session_case}</span></p>
        ${e.criteria.map(t=>r`<p><span class=${`pill ${t.matched?"good":""}`}>${t.matched?`\u2713 ${M.matches}`:`\u2717 ${M.matchesNot}`}</span> ${t.priority}, ${t.server}: ${t.sentence}</p>`)}</div>`}function Cn({identity:e}){let[t,s]=p({request:"INVITE sip:bob@ims.example",session_case:"originating",registered:""}),[n,o]=p(null),[a,l]=p(null),i=$=>d=>s({...t,[$]:d.target.value}),c=$=>{$.preventDefault();let d={identity:e,request:t.request,session_case:t.session_case,...t.registered&&{registered:t.registered==="yes"}};E("POST","ifc/test",d).then(({value:f})=>{l(null),o(f)},l)};return r`<h3>${M.test}</h3><form onSubmit=${c}><${S} problem=${a} />
        <div class="field"><label>${M.request} <textarea rows="3" spellcheck=${!1} value=${t.request} onInput=${i("request")}></textarea></label></div>
        <${U} label=${M.sessionCase} value=${t.session_case} onChange=${i("session_case")} options=${Object.entries(M.cases)} />
        <${U} label=${M.registered} value=${t.registered} onChange=${i("registered")} options=${Object.entries(M.registeredAs)} />
        <button class="primary">${M.run}</button></form>
        ${n&&r`<${kn} a=${n} />`}`}function Vt({s:e,canChange:t}){let s=we(),n=e.sets.flatMap(l=>l.publics),o=[...new Set(n.map(l=>l.profile).filter(Boolean))],a=n.find(l=>!l.barred)?.impu;return r`<section class="card wide" aria-label=${M.title}><h2>${M.title}</h2><p class="quiet">${M.says}</p>
        ${o.length?o.map(l=>r`<${xn} key=${l} name=${l} canChange=${t} />`):r`<p>${M.noProfile}</p>`}
        ${t&&a&&s("post","/ifc/test")&&r`<${Cn} identity=${a} />`}</section>`}var O=u.subscribers;function Sn({s:e}){return r`<section class="card"><h2>${O.identities}</h2>
        ${e.sets.map((t,s)=>r`
            <h3>${e.sets.length>1?O.setNumber(s+1):O.oneSet}</h3>
            <table><tbody>${t.publics.map(n=>r`<tr>
                <td class="mono">${n.impu}</td><td>${n.display_name}</td>
                <td>${n.barred&&r`<span class="pill warn">${O.barred}</span>`}</td></tr>`)}</tbody></table>`)}
        <p class="quiet">${O.setSays}</p></section>`}function Rn({id:e,impi:t,secrets:s,setSecrets:n}){let[o,a]=p(null),l=()=>K(`subscribers/${e}/private/${q(t)}/secrets`).then(n,a);return s?r`<table><tbody>${Object.entries(s).filter(([,i])=>typeof i=="string").map(([i,c])=>r`<tr><th>${O.secretNames[i]??i}</th><td class="mono">${c}</td></tr>`)}
        ${(s.ha1??[]).map(i=>r`<tr><th>HA1 ${i.algorithm}</th><td class="mono">${i.value}</td></tr>`)}</tbody></table>`:r`<${S} problem=${o} /><button onClick=${l}>${O.reveal}</button> <span class="quiet">${O.revealSays}</span>`}function Tn({s:e,secrets:t,setSecrets:s}){return r`<section class="card"><h2>${O.proof}</h2>
        ${e.privates.map(n=>r`
            <h3 class="mono">${n.impi}</h3>
            <p>${n.aka&&O.akaSays(n.aka.algorithm)} ${n.digest&&O.digestSays(n.digest.algorithm??"MD5")}</p>
            ${j.value?.role!=="viewer"&&r`<${Rn} id=${e.id} impi=${n.impi} secrets=${t[n.impi]} setSecrets=${o=>s({...t,[n.impi]:o})} />`}`)}
    </section>`}function Ht({id:e,isNew:t}){let{value:s,problem:n,reload:o}=V(`subscribers/${q(e)}`),[a,l]=p(!1),[i,c]=p({}),$=j.value?.role!=="viewer",[d,f]=p(!1),[b,C]=p(null),g=()=>E("DELETE",`subscribers/${s.id}`).then(()=>J("subscribers"),z=>{f(!1),C(z)});if(n)return r`<${S} problem=${n} /><a href=${k("subscribers")}>${O.back}</a>`;if(!s)return r`<p>${u.loading}</p>`;let R=s.sets[0]?.publics[0]?.display_name||s.sets[0]?.publics[0]?.impu||s.privates[0]?.impi,y=s.sets[0]?.publics[0]?.impu;return r`
        <div class="head"><a href=${k("subscribers")}>${O.title}</a> <span aria-hidden="true">/</span> <h1>${R}</h1>
            <div class="end">
                ${y&&r`<a class="button" href=${k("registrations",{},y)}>${O.whereRegistered}</a><a class="button" href=${k("ladder",{user:y})}>${O.messages}</a>`}
                ${$&&r`<button onClick=${()=>l(!0)}>${O.edit}</button><button class="danger" onClick=${()=>f(!0)}>${O.remove}</button>`}
            </div></div>
        ${t&&r`<div class="banner" role="status">${O.added}</div>`}
        <${S} problem=${b} />
        <div class="cards"><${Sn} s=${s} /><${Tn} s=${s} secrets=${i} setSecrets=${c} /><${Dt} s=${s} secrets=${i[s.privates[0]?.impi]} /><${Vt} s=${s} canChange=${$} /></div>
        ${a&&r`<${Nt} id=${s.id} onClose=${()=>l(!1)} onSaved=${()=>{l(!1),o()}} />`}
        ${d&&r`<${I} title=${O.removeAsk(R)} onClose=${()=>f(!1)}>
            <p>${O.removeSays}</p><div class="row"><button class="danger" onClick=${g}>${O.remove}</button><button onClick=${()=>f(!1)}>${u.cancel}</button></div></${I}>`}`}var v=u.subscribers;function En(e,{password:t,k:s,op:n,opc:o}){return e==="password"?{password:t}:e==="op"?{k:s,op:n}:{k:s,opc:o}}function Fn({onClose:e,onAdded:t}){let[s,n]=p({name:"",number:"",kind:"password",password:"",k:"",op:"",opc:""}),[o,a]=p(null),l=$=>d=>n({...s,[$]:d.target.value}),i=($,d,f)=>r`<${U} label=${d} hint=${f} value=${s[$]} onInput=${l($)} bad=${he(o,$)} />`,c=async $=>{$.preventDefault();let d={name:s.name,number:s.number,...En(s.kind,s)};d.number.trim()||delete d.number;try{t((await E("POST","subscribers",d)).value)}catch(f){a(f)}};return r`<${I} title=${v.add} onClose=${e}><form onSubmit=${c}>
        <${S} problem=${o} />
        ${i("name",v.name,v.nameHint)}
        ${i("number",v.number,v.numberHint)}
        <${U} label=${v.secret} value=${s.kind} onChange=${l("kind")} options=${[["password",v.password],["opc",v.kOpc],["op",v.kOp]]} />
        ${s.kind==="password"?i("password",v.password,v.passwordHint):r`
            ${i("k","K",v.keyHint)}
            ${s.kind==="op"?i("op","OP",v.opHint):i("opc","OPc",v.opcHint)}`}
        <div class="row"><button class="primary">${v.add}</button><button type="button" onClick=${e}>${u.cancel}</button></div>
    </form></${I}>`}function Mn({state:e}){return r`<span class=${`pill ${e==="registered"?"good":""}`}>${v.states[e]??e}</span>`}function Pn(e){return e.sets.flatMap(t=>t.publics)}function On({s:e}){let t=Pn(e),s=t.find(n=>!n.barred)??t[0];return r`<tr>
        <td><a href=${k("subscribers",{},String(e.id))}>${s?.display_name||s?.impu||e.privates[0]?.impi}</a></td>
        <td class="mono">${t.map(n=>r`<div>${n.impu}${n.barred?` (${v.barred})`:""}</div>`)}</td>
        <td>${e.privates.map(n=>r`<div>${[n.aka&&n.aka.algorithm,n.digest&&`digest ${n.digest.algorithm??""}`].filter(Boolean).join(", ")}</div>`)}</td>
        <td>${[...new Set(e.sets.map(n=>n.state).filter(Boolean))].map(n=>r`<${Mn} state=${n} />`)}</td></tr>`}function An({params:e}){let t=e.get("q")??"",s=e.get("after")??"",[n,o]=p(""),a=()=>o(""),{value:l,problem:i,reload:c}=V(`subscribers?limit=50${t?`&q=${q(t)}`:""}${s?`&after=${q(s)}`:""}`),$=j.value?.role!=="viewer";return r`
        <div class="head"><h1>${v.title}</h1>
            <div class="end">
                <input type="search" aria-label=${v.search} placeholder=${v.search} value=${t} onInput=${d=>A({q:d.target.value,after:""})} />
                <a class="button" href=${k("subscribers",{},"changes")}>${v.changes}</a>
                <select aria-label=${v.exportAs} value="" onChange=${d=>{d.target.value&&location.assign(`api/v1/export?format=${d.target.value}`),d.target.value=""}}>
                    <option value="">${v.exportAs}…</option><option value="csv">CSV</option><option value="yaml">YAML</option></select>
                ${$&&r`<button onClick=${()=>o("import")}>${v.importFile}</button><button onClick=${()=>o("many")}>${v.many}</button>
                    <button class="primary" onClick=${()=>o("one")}>${v.add}</button>`}
            </div></div>
        <p class="lead">${v.lead}</p>
        <${S} problem=${i} />
        ${l&&r`<div class="card"><table>
            <thead><tr><th>${v.name}</th><th>${v.identities}</th><th>${v.proof}</th><th>${v.state}</th></tr></thead>
            <tbody>${l.subscribers.map(d=>r`<${On} key=${d.id} s=${d} />`)}</tbody></table>
            ${l.subscribers.length===0&&r`<div class="empty"><p>${t?v.noneFound:v.none}</p></div>`}
            <div class="row"><span class="quiet">${v.total(l.total)}</span>
                ${s&&r`<button onClick=${()=>A({after:""})}>${v.firstPage}</button>`}
                ${l.next_after&&l.subscribers.length===50&&r`<button onClick=${()=>A({after:l.next_after})}>${v.nextPage}</button>`}
            </div></div>`}
        ${n==="import"&&r`<${_t} onClose=${a} onDone=${c} />`}
        ${n==="many"&&r`<${Lt} onClose=${a} onDone=${c} />`}
        ${n==="one"&&r`<${Fn} onClose=${a} onAdded=${d=>J("subscribers",{new:1},String(d.id))} />`}`}function Bt({rest:e,params:t}){return e[0]==="changes"?r`<${It} params=${t} />`:e[0]?r`<${Ht} key=${e[0]} id=${e[0]} isNew=${t.get("new")==="1"} />`:r`<${An} params=${t} network=${se.value} />`}var qn={network:"M4 12h4m8 0h4M8 8h8v8H8zM12 8V4m0 16v-4",ladder:"M5 3v18M12 3v18M19 3v18M5 8h6m-2-2 2 2-2 2M19 15h-6m2-2-2 2 2 2",subscribers:"M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c1-5 4-7 8-7s7 2 8 7",registrations:"M4 5h16v14H4zM8 10h8M8 14h5",doctor:"M12 5v14M5 12h14",faults:"M13 2 5 14h6l-1 8 8-12h-6z",charts:"M4 20V4m0 16h16M7 15l4-5 3 3 5-7"},zt={network:_e,ladder:vt,registrations:qt,subscribers:Bt,charts:tt};function In({name:e}){return r`<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d=${qn[e]} /></svg>`}function _n(){return r`<header class="top">
        <a class="brand" href=${k("network")}><img src="icon.svg" alt="" />${u.name}</a>
        <span class="quiet">${se.value?.name??""}</span>
        <div class="end">
            <button class="plain" aria-pressed=${oe.value==="projector"} onClick=${()=>{oe.value=oe.value==="projector"?"normal":"projector"}}>${u.projector}</button>
            <label class="row"><span class="sr">${u.theme.label}</span>
                <select value=${Ee.value} onChange=${e=>{Ee.value=e.target.value}}>
                    ${["auto","light","dark"].map(e=>r`<option value=${e}>${u.theme[e]}</option>`)}
                </select></label>
        </div></header>`}function Ln({view:e}){return r`<nav class="nav" aria-label=${u.nav.label}><ul>
        ${Object.keys(zt).map(t=>r`<li><a href=${k(t)} aria-current=${t===e?"page":null}><${In} name=${t} />${u.nav[t]}</a></li>`)}
    </ul></nav>`}function Nn(){return r`<div class="banners">
        ${!Qe.value&&r`<div class="banner bad" role="status">${u.offline}</div>`}
        ${j.value?.role==="viewer"&&r`<div class="banner" role="status">${u.viewer}</div>`}</div>`}function Dn(){let{view:e,rest:t,params:s}=Me.value,n=zt[e]??_e;return P(()=>{document.title=`${u.nav[e]??u.nav.network} \xB7 ${u.name}`},[e]),r`<a class="skip" href="#main">${u.skip}</a>
        <div class="shell"><${_n} /><${Nn} /><${Ln} view=${e} />
            <main id="main" tabindex="-1"><${n} key=${e} rest=${t} params=${s} /></main></div>`}Ze();Ge(r`<${Dn} />`,document.getElementById("app"));
