import { readFile, writeFile } from 'node:fs/promises';
import { configuration, settingsPage } from './render.ts';

/** Writes what is generated from the table of settings; run as `npm run generate`. */
const root = new URL('../../', import.meta.url);
const manifestUrl = new URL('package.json', root);

const manifest = JSON.parse(await readFile(manifestUrl, 'utf8')) as { contributes?: object };
manifest.contributes = { ...manifest.contributes, configuration: configuration() };
await writeFile(manifestUrl, `${JSON.stringify(manifest, null, 2)}\n`);
await writeFile(new URL('docs/settings.md', root), await settingsPage());
