// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {noted} from '../src/doctor/findings.js';
import {hopDiff} from '../src/ladder/diff.js';
import {toMarkdown, toMermaid, toSvg} from '../src/ladder/export.js';
import {reasonOf} from '../src/ladder/reason.js';
import {T} from '../src/texts.js';
import {ROW, foldRetransmissions, inSight, isUpkeep, lanesOf, layout, lostReach, placed, renewed, timeOfDay} from '../src/ladder/layout.js';

const NODES = [{name: 'hss1', role: 'hss'}, {name: 'pcscf1', role: 'pcscf'}, {name: 'scscf1', role: 'scscf'}];
const arrow = (t, from, to, text = 'x', more = {}) => ({kind: 'arrow', t, from, to, text, label: text, request: true, ...more});
const says = (t, from, text) => ({kind: 'says', t, from, text, clause: 'TS 24.229 5.4'});

test('lanes stand in the order of a call: caller, nodes by role, callee', () => {
    const steps = [arrow(0, 'alice', 'pcscf1'), arrow(1, 'scscf1', 'hss1'), arrow(2, 'pcscf1', 'bob')];
    assert.deepEqual(lanesOf(steps, NODES).map((l) => l.name), ['alice', 'pcscf1', 'scscf1', 'hss1', 'bob']);
});

test('who is no node and speaks Diameter alone is a Diameter peer, no phone', () => {
    const cx = {proto: 'diameter'};
    const steps = [arrow(0, 'relay', 'hss1', 'UAR', cx), arrow(1, 'alice', 'pcscf1', 'REGISTER', {proto: 'sip'}), arrow(2, 'hss1', 'relay', 'UAA', cx),
        arrow(3, 'odd', 'hss1', 'LIR', cx), arrow(4, 'odd', 'scscf1', 'OPTIONS', {proto: 'sip'})];
    assert.deepEqual(lanesOf(steps, NODES).map((l) => [l.name, l.role]),
        [['alice', 'ue'], ['odd', 'ue'], ['pcscf1', 'pcscf'], ['scscf1', 'scscf'], ['relay', 'diameter'], ['hss1', 'hss']]);
    assert.notEqual(T.roles.diameter, T.roles.ue);
});

test('what was told as lost and arrived after all is lost no longer', () => {
    const step = (id, lost) => arrow(1, 'icscf1', 'scscf1', 'REGISTER', {id, lost});
    const steps = [step('7', true), step('8', true)];
    assert.deepEqual(renewed(steps, [step('7', false), step('9', false)]).map((s) => [s.id, s.lost]), [['7', false], ['8', true]]);
    assert.equal(renewed(steps, [step('9', false)]), steps);
});

test('the same bytes on the same way are one arrow with a count', () => {
    const steps = foldRetransmissions([1, 1, 2].map((pair, i) => arrow(i, 'a', 'b', 'INVITE', {raw: {pair}})));
    assert.equal(steps.length, 2);
    assert.equal(steps[0].repeats, 1);
    assert.equal(steps[1].repeats, undefined);
});

test('a repetition that the address names is a row of its own, and so is what the doctor says behind one', () => {
    const steps = [1, 2, 3, 4, 5].map((id) => arrow(id, 'a', 'b', '401', {id: String(id), raw: {pair: 1}}));
    const rows = (named) => foldRetransmissions(noted(steps, [{id: 9, steps: [2, 4]}]), named).map((s) => [s.id, s.repeats ?? 0]);
    assert.deepEqual(rows(), [['1', 4], ['doctor-9', 0]]);
    assert.deepEqual(rows('4'), [['1', 2], ['4', 1], ['doctor-9', 0]]);
    assert.deepEqual(rows('1'), [['1', 4], ['doctor-9', 0]]);
});

test('a silence of a second gets a row of its own', () => {
    const {rows, height} = layout([arrow(0, 'a', 'b'), says(10, 'b', 'why'), arrow(2_500_000, 'b', 'a')]);
    assert.deepEqual(rows.map((r) => r.kind), ['arrow', 'says', 'gap', 'arrow']);
    assert.equal(height, 2 * ROW.arrow + ROW.says + ROW.gap);
    assert.equal(layout([arrow(0, 'a', 'b'), arrow(2e6, 'b', 'a')], {gaps: false}).rows.length, 2);
});

test('of ten thousand rows only those in sight are drawn', () => {
    const {rows} = layout(Array.from({length: 10_000}, (_, i) => arrow(i, 'a', 'b')));
    const [from, to] = inSight(rows, 1000 * ROW.arrow, 1020 * ROW.arrow);
    assert.deepEqual([from, to], [1000, 1020]);
    assert.deepEqual(inSight(rows, -50, 0), [0, 0]);
    assert.deepEqual(inSight(rows, 1e9, 2e9), [10_000, 10_000]);
});

test('the hop diff shows what a node added, took away and changed', () => {
    const before = 'REGISTER sip:h SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nRoute: <sip:p;lr>\r\nMax-Forwards: 70\r\nTo: <sip:u@h>\r\n\r\n';
    const after = 'REGISTER sip:h SIP/2.0\r\nVia: SIP/2.0/UDP p\r\nv: SIP/2.0/UDP a\r\nPath: <sip:t@p;lr>\r\nMax-Forwards: 69\r\nTo: <sip:u@h>\r\n\r\n';
    const rows = hopDiff(before, after).filter((r) => r.change !== 'same');
    assert.deepEqual(rows, [
        {change: 'added', name: 'Via', after: 'SIP/2.0/UDP p'},
        {change: 'added', name: 'Path', after: '<sip:t@p;lr>'},
        {change: 'changed', name: 'Max-Forwards', before: '70', after: '69'},
        {change: 'removed', name: 'Route', before: '<sip:p;lr>'},
    ]);
});

test('a Via that learns where it came from is that Via still, and the one on top is new', () => {
    const m = (via) => `OPTIONS sip:h SIP/2.0\r\n${via}\r\n\r\n`;
    const rows = hopDiff(m('Via: SIP/2.0/UDP u;branch=1;rport'), m('Via: SIP/2.0/UDP p;branch=2\r\nVia: SIP/2.0/UDP u;branch=1;rport=5;received=1.2.3.4'));
    assert.deepEqual(rows.filter((r) => r.change !== 'same'), [
        {change: 'added', name: 'Via', after: 'SIP/2.0/UDP p;branch=2'},
        {change: 'changed', name: 'Via', before: 'SIP/2.0/UDP u;branch=1;rport', after: 'SIP/2.0/UDP u;branch=1;rport=5;received=1.2.3.4'},
    ]);
});

test('a comma within quotes or angle brackets parts no values', () => {
    const m = (contact) => `OPTIONS sip:h SIP/2.0\r\nContact: ${contact}\r\n\r\n`;
    assert.equal(hopDiff(m('"a, b" <sip:x,y@h>'), m('"a, b" <sip:x,y@h>, <sip:z@h>')).filter((r) => r.change !== 'same').length, 1);
});

test('exports have every step and break no syntax', () => {
    const steps = [arrow(0, 'alice', 'pcscf1', 'REGISTER; a|b'), says(1000, 'pcscf1', 'goes to the entry point')];
    const lanes = lanesOf(steps, NODES);
    assert.equal(toMermaid(lanes, steps), 'sequenceDiagram\n    participant p0 as alice\n    participant p1 as pcscf1\n' +
        '    p0->>p1: REGISTER a|b\n    Note over p1: goes to the entry point (TS 24.229 5.4)\n');
    assert.match(toMarkdown('a call', steps), /\| 0\.000 \| alice \| pcscf1 \| REGISTER; a\\\|b \|/);
});

test('the reason for a message is what its sender decided since it last sent something', () => {
    const steps = [says(0, 's', 'old'), arrow(1, 's', 'h', 'MAR'), arrow(2, 'h', 's', 'MAA'), says(3, 's', 'is challenged'), says(4, 'h', 'other'), arrow(5, 's', 'i', '401'), arrow(6, 'i', 'p', '401')];
    assert.equal(reasonOf(steps[5], steps).text, 'is challenged');
    assert.equal(reasonOf(steps[1], steps).text, 'old');
    assert.equal(reasonOf(steps[6], steps), null);
    assert.equal(reasonOf(steps[3], steps), null);
});

test('the reason for a refusal outlasts a question to the HSS, and goes with it from hop to hop', () => {
    const refusal = {proto: 'sip', look: 'failure', request: false, method: 'REGISTER', result: 403, call: 'c'};
    const steps = [says(0, 's', 'is wrong'), arrow(1, 's', 'h', 'SAR', {proto: 'diameter', call: 'c'}), arrow(2, 'h', 's', 'SAA', {proto: 'diameter', call: 'c'}),
        arrow(3, 's', 'i', '403', refusal), arrow(4, 'i', 'p', '403', refusal), arrow(5, 'i', 'p', '403', {...refusal, call: 'd'})];
    assert.equal(reasonOf(steps[3], steps).text, 'is wrong');
    assert.equal(reasonOf(steps[4], steps).text, 'is wrong');
    assert.equal(reasonOf(steps[5], steps), null);
});

test('what keeps a Diameter connection up is told from what it carries', () => {
    const step = (method, proto = 'diameter') => ({kind: 'arrow', proto, method});
    assert.deepEqual(['CER', 'DWA', 'DPR'].map((m) => isUpkeep(step(m))), [true, true, true]);
    assert.deepEqual([step('UAR'), step('MAA'), step('INVITE', 'sip')].map(isUpkeep), [false, false, false]);
    assert.equal(isUpkeep({...says(0, 'i', 'Closed, then Wait-Conn-Ack'), clause: 'RFC 6733 5.6'}), true);
    assert.equal(isUpkeep(says(0, 'i', 'chose scscf1')), false);
});

test('a long decision gets two lines, and what is shown stays within the picture', () => {
    const long = says(0, 'a', 'x'.repeat(70));
    assert.deepEqual(layout([long, says(1, 'a', 'short')], {chars: 60}).rows.map((r) => r.h), [ROW.says2, ROW.says]);
    assert.equal(layout([long], {chars: 100, scale: 2}).height, 2 * ROW.says);
    assert.equal(placed(500, 200, 70, 1000), 400);
    assert.equal(placed(80, 200, 70, 1000), 70);
    assert.equal(placed(990, 200, 70, 1000), 800);
});

test('the SVG is one picture with every step, whatever they say', () => {
    const steps = [arrow(0, 'alice', 'pcscf1', 'REGISTER <sip:a&b>', {look: 'request'}), says(1, 'pcscf1', 'because "x" < y')];
    const svg = toSvg(lanesOf(steps, NODES), steps);
    assert.match(svg, /REGISTER &lt;sip:a&amp;b&gt;/);
    assert.match(svg, /because &quot;x&quot; &lt; y/);
    assert.equal(svg.match(/<line /g).length, 3); // two lanes, one arrow
});

test('ten thousand messages are laid out in a fraction of what an update may take', () => {
    const steps = Array.from({length: 10_000}, (_, i) => (i % 3
        ? arrow(i * 1000, `n${i % 5}`, `n${(i + 1) % 5}`, `INVITE ${i}`, {raw: {pair: `p${i >> 1}`, bytes: 500}})
        : says(i * 1000, `n${i % 5}`, 'a decision with a sentence of some length that explains what happened and why')));
    const times = [];
    for (let i = 0; i < 5; i++) {
        const begin = process.cpuUsage().user; // others may have the machine
        const shown = foldRetransmissions(steps);
        lanesOf(shown, NODES);
        layout(shown, {chars: 60});
        times.push((process.cpuUsage().user - begin) / 1000);
    }
    assert.ok(Math.min(...times) < 50, `${times} ms`); // ten times a second
});

test('the time of day is that of this computer, to the millisecond', () => {
    const at = new Date(2026, 10, 21, 12, 3, 4, 5).getTime() * 1000;
    assert.equal(timeOfDay(at + 999), '12:03:04.005');
});

test('the line of a lost message ends before the next lane, whichever way and how far it was to go', () => {
    for (const to of [-400, -100, 100, 500]) {
        const {end, middle} = lostReach(0, to, 100);
        assert.equal(Math.sign(end), Math.sign(to));
        assert.ok(Math.abs(end) < 80 && Math.abs(middle) < Math.abs(end), `to ${to}: ${end}, ${middle}`);
    }
});
