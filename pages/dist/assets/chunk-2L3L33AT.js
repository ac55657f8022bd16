<<<<<<<< HEAD:pages/dist/assets/chunk-WZIJK6QZ.js
import{c as a}from"./chunk-55A66HMJ.js";import{c as o,i as r}from"./chunk-CAKNFOWA.js";var s=r(null),t=!1;function i(){return o(()=>{t||(t=!0,a("openapi.json").then(e=>{s.value=e.paths},()=>{t=!1}))},[]),(e,f)=>{let n=s.value?.[`/api/v1${f}`]?.[e];return!!n&&!n["x-planned"]}}export{i as a};
========
import{a as r,k as a}from"./chunk-I2APVPOY.js";import{h as o}from"./chunk-LEUOWLHU.js";var s=r(null),t=!1;function i(){return o(()=>{t||(t=!0,a("openapi.json").then(e=>{s.value=e.paths},()=>{t=!1}))},[]),(e,f)=>{let n=s.value?.[`/api/v1${f}`]?.[e];return!!n&&!n["x-planned"]}}export{i as a};
>>>>>>>> 6da0404 (Pages: Diameter messages are explained, the ladder has a clock, findings count):pages/dist/assets/chunk-2L3L33AT.js
