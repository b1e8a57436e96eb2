import { resolve } from 'node:path';
import { readPodSpecs } from '../manifest/pod-spec.ts';
import type { PodSpec } from '../manifest/pod-spec.ts';
import { jsonFormat } from '../manifest/format.ts';
import { readManifestText } from './manifest-files.ts';
import type { Terminal } from './terminal.ts';

/**
 * The pods of a manifest.
 * @throws LarderError E_FILE
 */
export async function podsOfFile(name: string, terminal: Terminal): Promise<readonly PodSpec[]> {
  const { text, language } = await readManifestText(name, terminal);
  return readPodSpecs(text, language === 'json' ? jsonFormat(resolve(terminal.cwd, name)) : language);
}
