import { quote } from '../../domain/quote.ts';

/** More errors than this are not listed. */
const SHOWN = 3;

/**
 * What the body of an error answer says, for the user: the codes and messages of a registry (distribution-spec, "Error
 * Codes") or an authorization server (RFC 6749, 5.2), as quoted text. Other bodies, such as a proxy's HTML, say nothing.
 * @returns for example `MANIFEST_UNKNOWN: "manifest unknown"`; undefined when there is nothing to tell
 */
export function errorDetail(body: Buffer): string | undefined {
  const value = parseJson(body);
  if (!isRecord(value)) return undefined;
  const errors = Array.isArray(value['errors']) ? (value['errors'] as unknown[]) : [value];
  const details = errors.slice(0, SHOWN).flatMap(describe);
  return details.length === 0 ? undefined : details.join(', ');
}

function describe(error: unknown): string[] {
  if (!isRecord(error)) return [];
  const code = error['code'] ?? error['error'];
  const message = error['message'] ?? error['error_description'] ?? error['details'];
  const parts = [
    ...(typeof code === 'string' && code !== '' ? [/^\w{1,40}$/.test(code) ? code : quote(code)] : []),
    ...(typeof message === 'string' && message !== '' ? [quote(message)] : []),
  ];
  return parts.length === 0 ? [] : [parts.join(': ')];
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    // Not JSON: not an error in a form that is known.
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
