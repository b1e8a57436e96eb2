import assert from 'node:assert/strict';
import { appcProblems } from '../../../server/src/manifest/appc-schema/appc-problems.ts';
import { readMarkers } from '../../helpers/markers.ts';

/** Asserts that exactly the marked places have problems: `«schema|…»` of appc-schema, `«spec|…»` of appc-spec. */
export function assertProblems(marked: string, ...messages: readonly RegExp[]): void {
  const { text, marks } = readMarkers(marked);
  const found = appcProblems(text).toSorted((a, b) => a.span.start - b.span.start);
  assert.deepEqual(
    found.map(({ rule, span }) => ({ rule, span, text: text.slice(span.start, span.end) })),
    marks.map(({ label, span, text }) => ({ rule: `appc-${label}`, span, text })),
    JSON.stringify(found, null, 1),
  );
  for (const [index, message] of messages.entries()) assert.match(found[index]?.message ?? '', message);
}

/** A PodManifest with more members. */
export function pod(members: string): string {
  return `{ "acVersion": "0.8.11", "acKind": "PodManifest", ${members} }`;
}

/** A PodManifest with one app, which has more members. */
export function podWithApp(members: string): string {
  return pod(`"apps": [{ "name": "web", "image": { "name": "example.com/web" }, ${members} }]`);
}

/** An ImageManifest whose app has more members. */
export function imageWithApp(members: string): string {
  return image(`"app": { "exec": ["/bin/web"], "user": "0", "group": "0", ${members} }`);
}

/** An ImageManifest with more members. */
export function image(members: string): string {
  return `{ "acKind": "ImageManifest", "acVersion": "0.8.11", "name": "example.com/web", ${members} }`;
}
