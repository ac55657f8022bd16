// SPDX-License-Identifier: MIT
//
// Bundles the pages into dist/: one script, one style sheet, one page. `node build.mjs --watch` rebuilds on change.

import {build, context} from 'esbuild';
import {copyFileSync, mkdirSync, readFileSync, readdirSync} from 'node:fs';
import {gzipSync} from 'node:zlib';

const FIRST_LOAD_MAX = 60 * 1024; // compressed

const options = {
    entryPoints: ['src/main.js', 'src/style.css'],
    outdir: 'dist',
    bundle: true,
    format: 'esm',
    splitting: true, // charts are loaded when they are looked at
    chunkNames: 'part-[hash]',
    minify: true,
    target: ['firefox115', 'chrome110', 'safari16'],
    legalComments: 'none',
    logLevel: 'warning',
};

mkdirSync('dist', {recursive: true});
for (const name of ['index.html', 'icon.svg']) copyFileSync(`src/${name}`, `dist/${name}`);

if (process.argv.includes('--watch')) {
    await (await context(options)).watch();
} else {
    await build(options);
    const first = ['index.html', 'main.js', 'style.css', 'icon.svg'];
    const parts = readdirSync('dist').filter((n) => n.startsWith('part-') && readFileSync('dist/main.js', 'utf8').includes(`from"./${n}"`));
    const bytes = [...first, ...parts].reduce((sum, n) => sum + gzipSync(readFileSync(`dist/${n}`)).length, 0);
    console.log(`first load: ${(bytes / 1024).toFixed(1)} KB compressed`);
    if (bytes > FIRST_LOAD_MAX) {
        console.error(`first load may be ${FIRST_LOAD_MAX / 1024} KB at most`);
        process.exit(1);
    }
}
