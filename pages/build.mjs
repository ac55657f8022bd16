// SPDX-License-Identifier: MIT
//
// Bundles the pages: one script, one style sheet, one page, and parts that are loaded when they are looked at.
// `node build.mjs [DIRECTORY]` writes them there, else into dist/; `--watch` builds again at each change.

import {build, context} from 'esbuild';
import {copyFileSync, mkdirSync, readFileSync, rmSync} from 'node:fs';
import {gzipSync} from 'node:zlib';

const FIRST_LOAD_MAX = 60 * 1024; // compressed

const watching = process.argv.includes('--watch');
const outdir = process.argv.slice(2).find((a) => a !== '--watch') ?? 'dist';

const options = {
    entryPoints: ['src/main.js', 'src/style.css'],
    outdir,
    bundle: true,
    format: 'esm',
    splitting: true,
    chunkNames: 'assets/[name]-[hash]',
    minify: true,
    target: ['firefox115', 'chrome110', 'safari16'],
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
};

// What the page loads at once: the entries, and all that they import without waiting to be asked.
function firstLoad(outputs) {
    const found = new Set([`${outdir}/main.js`, `${outdir}/style.css`, `${outdir}/index.html`, `${outdir}/icon.svg`]);
    for (const name of found)
        for (const {path, kind} of outputs[name]?.imports ?? []) if (kind === 'import-statement') found.add(path);
    return [...found];
}

rmSync(outdir, {recursive: true, force: true});
mkdirSync(outdir, {recursive: true});
for (const name of ['index.html', 'icon.svg']) copyFileSync(`src/${name}`, `${outdir}/${name}`);

if (watching) {
    await (await context(options)).watch();
} else {
    const {metafile} = await build(options);
    const bytes = firstLoad(metafile.outputs).reduce((sum, n) => sum + gzipSync(readFileSync(n)).length, 0);
    console.log(`first load: ${(bytes / 1024).toFixed(1)} KB compressed`);
    if (bytes > FIRST_LOAD_MAX) {
        console.error(`first load may be ${FIRST_LOAD_MAX / 1024} KB at most`);
        process.exit(1);
    }
}
