// SPDX-License-Identifier: MIT
//
// The frame around the pages: navigation, banners, and the view that the address names.

import {render} from 'preact';
import {useEffect, useRef} from 'preact/hooks';
import {fresh} from './doctor/live.js';
import {FaultBanner} from './faults/banner.js';
import {html} from './html.js';
import {live, me, network, nodes, start} from './live.js';
import {lazy} from './parts/lazy.js';
import {size, theme} from './prefs.js';
import {href, route} from './route.js';
import {T} from './texts.js';
import {LadderView} from './views/ladder.js';
import {NetworkView} from './views/network.js';

const ICONS = {
    network: 'M4 12h4m8 0h4M8 8h8v8H8zM12 8V4m0 16v-4',
    ladder: 'M5 3v18M12 3v18M19 3v18M5 8h6m-2-2 2 2-2 2M19 15h-6m2-2-2 2 2 2',
    subscribers: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c1-5 4-7 8-7s7 2 8 7',
    registrations: 'M4 5h16v14H4zM8 10h8M8 14h5',
    doctor: 'M12 5v14M5 12h14',
    faults: 'M13 2 5 14h6l-1 8 8-12h-6z',
    charts: 'M4 20V4m0 16h16M7 15l4-5 3 3 5-7',
};

const VIEWS = {
    network: NetworkView, ladder: LadderView,
    registrations: lazy(() => import('./views/registrations.js').then((m) => m.RegistrationsView)),
    subscribers: lazy(() => import('./views/subscribers.js').then((m) => m.SubscribersView)),
    doctor: lazy(() => import('./views/doctor.js').then((m) => m.DoctorView)),
    faults: lazy(() => import('./views/faults.js').then((m) => m.FaultsView)),
    charts: lazy(() => import('./views/charts.js').then((m) => m.ChartsView)),
};

function Icon({name}) {
    return html`<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d=${ICONS[name]} /></svg>`;
}

function Top() {
    return html`<header class="top">
        <a class="brand" href=${href('network')}><img src="icon.svg" alt="" />${T.name}</a>
        <span class="quiet">${network.value?.name ?? ''}</span>
        <div class="end">
            <button aria-pressed=${size.value === 'projector'} onClick=${() => { size.value = size.value === 'projector' ? 'normal' : 'projector'; }}>${T.projector}</button>
            <label class="row"><span class="sr">${T.theme.label}</span>
                <select value=${theme.value} onChange=${(e) => { theme.value = e.target.value; }}>
                    ${['auto', 'light', 'dark'].map((t) => html`<option value=${t}>${T.theme[t]}</option>`)}
                </select></label>
        </div></header>`;
}

function Nav({view}) {
    return html`<nav class="nav" aria-label=${T.nav.label}><ul>
        ${Object.keys(VIEWS).map((name) => html`<li><a href=${href(name)} aria-current=${name === view ? 'page' : null}><${Icon} name=${name} />${T.nav[name]}${name === 'doctor' && fresh.value > 0 && html`<span class="badge">${fresh.value > 99 ? '99+' : fresh.value}<span class="sr"> ${T.doctor.fresh}</span></span>`}</a></li>`)}
    </ul></nav>`;
}

function Banners() {
    return html`<div class="banners" role="status">
        ${!live.value && html`<div class="banner bad">${T.offline}</div>`}
        ${me.value?.role === 'viewer' && html`<div class="banner">${T.viewer}</div>`}
        <${FaultBanner} /></div>`;
}

// What changes on any page for who sees, is said to who hears: it is read out when it changes.
function News() {
    const dead = nodes.value.filter((n) => n.state === 'dead').map((n) => n.name);
    return html`<p class="sr" role="status">${dead.length > 0 && `${T.deadNews(dead.join(', '))} `}${fresh.value > 0 && T.doctor.news(fresh.value)}</p>`;
}

function App() {
    const {view, rest, params} = route.value;
    const View = VIEWS[view] ?? NetworkView;

    const isFirst = useRef(true);
    useEffect(() => { // another page: whoever hears it or goes by keyboard is taken there
        if (!isFirst.current) document.getElementById('main').focus({preventScroll: true});
        isFirst.current = false;
    }, [view, rest.join('/')]);
    useEffect(() => { document.title = `${T.nav[view] ?? T.nav.network} · ${T.name}`; }, [view]);
    return html`<a class="skip" href="#main">${T.skip}</a>
        <div class=${`shell ${View === LadderView && rest.length === 0 ? 'fills' : ''}`}><${Top} /><${Banners} /><${News} /><${Nav} view=${view} />
            <main id="main" tabindex="-1"><${View} key=${view} rest=${rest} params=${params} /></main></div>`;
}

start();
render(html`<${App} />`, document.getElementById('app'));
