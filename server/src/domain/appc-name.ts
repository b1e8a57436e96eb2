import { APPC_PLATFORMS, appcPlatform } from './appc-platform.ts';
import { LarderError } from './errors.ts';
import type { NameImage, Platform } from './image.ts';
import { formatPlatform } from './platform.ts';
import { quote } from './quote.ts';

/**
 * Reads an appc image name with labels: `example.com/app:1.0,channel=beta`. As in appc/spec's discovery.NewAppFromString,
 * every colon stands for `,version=`. `os` and `arch` default to the platform.
 * @throws LarderError E_REF; E_PLATFORM when a default is needed and appc has no name for the platform
 */
export function parseAppcName(text: string, platform: Platform): NameImage {
  const refuse = (why: string): LarderError =>
    new LarderError('E_REF', `${quote(text)} is not an image name: ${why}.`);

  if (text.includes('://')) throw refuse('it looks like a URL');
  const [name = '', ...pairs] = text.replaceAll(':', ',version=').split(',');
  const wrong = wrongIdentifier(name);
  if (wrong !== undefined) throw refuse(wrong);

  const labels = new Map<string, string>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const label = at < 0 ? pair : pair.slice(0, at);
    const wrongLabel = wrongIdentifier(label);
    if (wrongLabel !== undefined) throw refuse(`in the label ${quote(label)}, ${wrongLabel}`);
    if (at < 0 || at === pair.length - 1) throw refuse(`the label ${quote(label)} has no value`);
    if (label === 'name') throw refuse('a label cannot be called "name"');
    if (labels.has(label)) throw refuse(`the label ${quote(label)} is given twice`);
    labels.set(label, pair.slice(at + 1));
  }
  addPlatform(labels, platform, text);
  const wrongPlatform = wrongOsArch(labels.get('os'), labels.get('arch'));
  if (wrongPlatform !== undefined) throw refuse(wrongPlatform);

  const sorted = [...labels].sort(([a], [b]) => (a < b ? -1 : 1));
  const canonical = [name, ...sorted.map(([label, value]) => `${label}=${value}`)].join(',');
  return { kind: 'name', canonical, name, labels: Object.fromEntries(sorted) };
}

/** A text as an AC Identifier (appc/spec, types.md), the way of appc's SanitizeACIdentifier. */
export function acIdentifier(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9._~/-]/g, '_')
    .replace(/^[._~/-]+|[._~/-]+$/g, '');
}

/**
 * What is wrong with an AC Identifier (appc/spec, spec/types.md), undefined when nothing is. Like appc's own tools this
 * lets separators follow each other: docker repositories with `__` or `--` are image names too.
 */
export function wrongIdentifier(text: string): string | undefined {
  if (text === '') return 'a name is missing';
  if (/[^a-z0-9._~/-]/.test(text)) {
    return 'only lower-case letters, digits and "-", ".", "_", "~", "/" are allowed';
  }
  if (/^[^a-z0-9]|[^a-z0-9]$/.test(text))
    return 'the first and the last character must be a letter or a digit';
  return undefined;
}

function addPlatform(labels: Map<string, string>, platform: Platform, text: string): void {
  if (labels.has('os') && labels.has('arch')) return;
  const defaults = appcPlatform(platform);
  if (defaults === undefined) {
    throw new LarderError(
      'E_PLATFORM',
      `${quote(text)} needs os and arch labels, because appc has no name for the platform ${formatPlatform(platform)}.`,
    );
  }
  if (!labels.has('os')) labels.set('os', defaults.os);
  if (!labels.has('arch')) labels.set('arch', defaults.arch);
}

function wrongOsArch(os = '', arch = ''): string | undefined {
  const architectures = Object.hasOwn(APPC_PLATFORMS, os) ? APPC_PLATFORMS[os] : undefined;
  if (architectures === undefined) {
    return `the os ${quote(os)} is not one of ${Object.keys(APPC_PLATFORMS).join(', ')}`;
  }
  if (architectures.includes(arch)) return undefined;
  return `for the os ${os} the arch ${quote(arch)} is not one of ${architectures.join(', ')}`;
}
