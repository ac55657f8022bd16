// SPDX-License-Identifier: MIT
//
// A SIP message as text, taken apart for people: start line, headers in their order, body. It never fails;
// what is no header line is kept as it is.

const COMPACT = {
    a: 'Accept-Contact', b: 'Referred-By', c: 'Content-Type', d: 'Request-Disposition',
    e: 'Content-Encoding', f: 'From', i: 'Call-ID', j: 'Reject-Contact', k: 'Supported',
    l: 'Content-Length', m: 'Contact', o: 'Event', r: 'Refer-To', s: 'Subject', t: 'To',
    u: 'Allow-Events', v: 'Via', x: 'Session-Expires', y: 'Identity',
};

export function fullName(name) {
    return COMPACT[name.toLowerCase()] ?? name;
}

export function parse(text) {
    const end = text.indexOf('\r\n\r\n');
    const head = end < 0 ? text : text.slice(0, end);
    const body = end < 0 ? '' : text.slice(end + 4);
    const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
    const start = lines.shift() ?? '';
    const headers = lines.filter((l) => l !== '').map((line) => {
        const colon = line.indexOf(':');
        if (colon < 0) return {name: '', value: line};
        return {name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim()};
    });
    return {start, headers, body};
}

export function headerValue(message, name) {
    const wanted = name.toLowerCase();
    return message.headers.find((h) => fullName(h.name).toLowerCase() === wanted)?.value;
}

// The values of a list header: commas in quotes and angle brackets do not part.
export function values(text) {
    const out = [];
    let depth = 0;
    let quoted = false;
    let from = 0;
    for (let i = 0; i < text.length; i++) {
        const c = text[i];
        if (quoted) {
            if (c === '\\') i++;
            else if (c === '"') quoted = false;
        } else if (c === '"') quoted = true;
        else if (c === '<') depth++;
        else if (c === '>') depth = Math.max(0, depth - 1);
        else if (c === ',' && depth === 0) {
            out.push(text.slice(from, i).trim());
            from = i + 1;
        }
    }
    out.push(text.slice(from).trim());
    return out.filter((v) => v !== '');
}

// scheme and parameters of WWW-Authenticate, Authorization and their kind.
export function credentials(text) {
    const space = text.indexOf(' ');
    const params = {};
    for (const part of values(text.slice(space + 1))) {
        const eq = part.indexOf('=');
        if (eq > 0) params[part.slice(0, eq).trim().toLowerCase()] = part.slice(eq + 1).trim().replace(/^"|"$/g, '');
    }
    return {scheme: text.slice(0, space), params};
}
