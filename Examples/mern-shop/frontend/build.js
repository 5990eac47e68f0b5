// Builds dist/: index.html, and in assets/ a script and a style sheet whose names change with their content.

import { readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

// What the environment may set at build time, as the code reads it, and what holds otherwise.
const VARIABLES = {
  VITE_SHOP_NAME: 'MERN shop',
  VITE_API_URL: '/api',
};

const define = Object.fromEntries(
  Object.entries(VARIABLES).map(([name, fallback]) => [
    `import.meta.env.${name}`,
    JSON.stringify(process.env[name] || fallback),
  ]),
);

await rm('dist', { recursive: true, force: true });

const { metafile } = await build({
  entryPoints: ['src/main.jsx'],
  outdir: 'dist/assets',
  entryNames: '[name]-[hash]',
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  define,
  metafile: true,
  logLevel: 'info',
});

const [script, { cssBundle }] = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint);
const page = await readFile('src/index.html', 'utf8');
await writeFile(
  'dist/index.html',
  page.replace('%SCRIPT%', script.replace('dist', '')).replace('%STYLES%', cssBundle.replace('dist', '')),
);
