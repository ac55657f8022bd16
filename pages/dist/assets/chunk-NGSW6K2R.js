import{q as d}from"./chunk-E4QB7L5A.js";var t=d.ifc,g={originating:0,terminating:1,"terminating-unregistered":2,"originating-unregistered":3,"originating-cdiv":4},f={initial:0,again:1,gone:2};function u(n){let e=n.method!==void 0?t.conditions.method(n.method,n.registration):n.request_uri!==void 0?t.conditions.requestUri(n.request_uri):n.header!==void 0?t.conditions.header(n.header,n.content):n.sdp!==void 0?t.conditions.sdp(n.sdp,n.content):t.conditions.sessionCase(n.session_case);return n.not?t.not(e):e}function l(n){let e=new Map;return n.forEach(i=>{for(let o of[i.group??0].flat())e.set(o,[...e.get(o)??[],i])}),[...e.entries()].sort(([i],[o])=>i-o).map(([,i])=>i)}function v(n){let[e,i]=n.match==="all"?[t.or,t.and]:[t.and,t.or],o=l(n.when??[]),a=o.map(s=>s.length>1&&o.length>1?`(${s.map(u).join(e)})`:s.map(u).join(e));return`${t.sentence(a.join(i),n.server)} ${t.defaults[n.default??"continued"]}${n.part&&n.part!=="both"?` ${t.parts[n.part]}`:""}`}var $=n=>String(n).replace(/[&<>]/g,e=>({"&":"&amp;","<":"&lt;",">":"&gt;"})[e]),r=(n,e)=>`<${n}>${$(e)}</${n}>`;function m(n){let e=(s,p,c)=>`<${s}>${r(p,c)}${n.content!==void 0?r("Content",n.content):""}</${s}>`,i=n.method?r("Method",n.method):n.request_uri!==void 0?r("RequestURI",n.request_uri):n.header!==void 0?e("SIPHeader","Header",n.header):n.sdp!==void 0?e("SessionDescription","Line",n.sdp):r("SessionCase",g[n.session_case]),o=(n.registration??[]).map(s=>r("RegistrationType",f[s])).join(""),a=[n.group??0].flat().map(s=>r("Group",s)).join("");return`<SPT>${r("ConditionNegated",n.not?1:0)}${a}${i}${o?`<Extension>${o}</Extension>`:""}</SPT>`}function h(n){let e=n.when?.length?`  <TriggerPoint>
    ${r("ConditionTypeCNF",n.match==="all"?1:0)}
    ${n.when.map(m).join(`
    `)}
  </TriggerPoint>
`:"",i={registered:0,unregistered:1}[n.part];return`<InitialFilterCriteria>
  ${r("Priority",n.priority??0)}
${e}  <ApplicationServer>
    ${r("ServerName",n.server)}
    ${r("DefaultHandling",n.default==="terminated"?1:0)}
${n.service_info?`    ${r("ServiceInfo",n.service_info)}
`:""}  </ApplicationServer>
${i===void 0?"":`  ${r("ProfilePartIndicator",i)}
`}</InitialFilterCriteria>
`}function C(n){return[...n].sort((e,i)=>(e.priority??0)-(i.priority??0)).map(h).join("")}export{v as a,C as b};
