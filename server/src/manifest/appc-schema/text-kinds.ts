import { wrongIdentifier } from '../../domain/appc-name.ts';
import type { TextKind } from './shape.ts';

const AC_NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const VERSION_SUFFIX = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const VERSION = new RegExp(
  `^(?<numbers>\\d+\\.\\d+\\.\\d+)(?:-(?<pre>${VERSION_SUFFIX})?)?(?:\\+(?<meta>${VERSION_SUFFIX})?)?$`,
);
const DATE =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)T(?<hour>\d\d?):(?<minute>\d\d):(?<second>\d\d)(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const HTTP_URL =
  /^https?:(?:\/\/(?:[\w\-.~!$&'()*+,;=:%@]*@)?(?:\[[\w\-.~!$&'()*+,;=:<>"]*\]|[\w\-.~!$&'()*+,;=<>"\u{80}-\u{10FFFF}])*(?::\d*)?(?=[/?#]|$)|(?!\/\/))(?<rest>[^\p{Cc}]*)$/iu;
const QUANTITY = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;

/** The types of texts in appc (appc/spec, spec/types.md), as schema/types reads them. */
export const TEXT = {
  acName: {
    allowed: 'an AC name: lower-case letters, digits and "-", with a letter or a digit at both ends',
    fits: (text) => AC_NAME.test(text),
  },
  acIdentifier: {
    allowed:
      'an AC identifier: lower-case letters, digits and "-", ".", "_", "~", "/", with a letter or a digit at both ends',
    fits: (text) => wrongIdentifier(text) === undefined,
  },
  version: {
    allowed: 'a version of the specification: three numbers with dots, for example 0.8.11',
    fits: isVersion,
  },
  imageId: {
    allowed: '"sha512-" and the 128 hex digits of the hash',
    fits: (text) => /^sha512-[^-]+$/.test(text),
  },
  wholeImageId: {
    allowed: '"sha512-" and the 128 lower-case hex digits of the hash',
    fits: (text) => /^sha512-[0-9a-f]{128}$/.test(text),
  },
  absolutePath: { allowed: 'an absolute path', fits: (text) => text.startsWith('/') },
  environmentName: {
    allowed: 'a name of letters, digits, "_", "." and "-" that starts with a letter or "_"',
    fits: (text) => /^[A-Za-z_][A-Za-z_0-9.-]*$/.test(text),
  },
  ipAddress: { allowed: 'an IP address', fits: isIpAddress },
  date: { allowed: 'a date as in RFC 3339, for example 2026-01-31T12:00:00Z', fits: isDate },
  httpUrl: { allowed: 'an http or https URL', fits: isHttpUrl },
  quantity: {
    allowed: 'a quantity: a number with a unit such as m, k, M, G, Ki, Mi, Gi or e3, or without one',
    fits: (text) => QUANTITY.test(text.trim()),
  },
  fileMode: { allowed: 'an octal file mode such as 0755', fits: (text) => /^[0-7]{3,5}$/.test(text) },
} as const satisfies Record<string, TextKind>;

/** One of some words. */
export function oneOf(...words: readonly string[]): TextKind {
  return { allowed: words.join(' or '), fits: (text) => words.includes(text) };
}

/** The same, or nothing: a key that may be left empty, or whose emptiness is reported as its absence. */
export function orEmpty({ allowed, fits }: TextKind): TextKind {
  return { allowed, fits: (text) => text === '' || fits(text) };
}

/** Which manifest it is; where the key is written twice, the last decides. */
export const MANIFEST_KIND = oneOf('PodManifest', 'ImageManifest');

/** go-semver's rules: empty suffixes and leading zeros pass, numbers past 63 bits and the version 0.0.0 do not. */
function isVersion(text: string): boolean {
  const { numbers = '', pre, meta } = VERSION.exec(text)?.groups ?? {};
  if (numbers === '') return false;
  const parts = numbers.split('.').map(BigInt);
  const isZero = parts.every((part) => part === 0n) && pre === undefined && meta === undefined;
  return !isZero && parts.every((part) => part < 2n ** 63n);
}

function isDate(text: string): boolean {
  const groups = DATE.exec(text)?.groups;
  if (groups === undefined) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = Object.values(groups).map(Number);
  // The calendar repeats after 400 years, and Date reads years below 100 as of the last century.
  const days = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  return month >= 1 && month <= 12 && day >= 1 && day <= days && hour < 24 && minute < 60 && second < 60;
}

/** Go's url.Parse checks the host and the escapes of path and fragment, and takes nearly everything else. */
function isHttpUrl(text: string): boolean {
  const rest = HTTP_URL.exec(text)?.groups?.['rest'];
  return rest !== undefined && !/%(?![0-9A-Fa-f]{2})/.test(rest.replace(/\?[^#]*/, ''));
}

function isIpAddress(text: string): boolean {
  const number = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
  if (!text.includes(':')) return new RegExp(`^${number}(?:\\.${number}){3}$`).test(text);
  return /^[\da-fA-F:.]+$/.test(text) && URL.canParse(`http://[${text}]/`);
}
