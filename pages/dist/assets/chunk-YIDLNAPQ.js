function a(c,o,n){let t=URL.createObjectURL(new Blob([n],{type:o})),e=document.createElement("a");e.href=t,e.download=c,e.click(),setTimeout(()=>URL.revokeObjectURL(t),1e3)}export{a};
