import type { ResolvedImage } from '../../../server/src/domain/pod/image-list.ts';
import type { App, NameValue } from '../../../server/src/domain/pod/pod-manifest.ts';

export const ID = `sha512-${'ab'.repeat(64)}`;

/** An image of appc in the store, whose app has more members. */
export function appcImage(app: Partial<App> = {}, labels: readonly NameValue[] = []): ResolvedImage {
  const whole = { exec: ['/bin/web'], user: '0', group: '0', ...app };
  return { imageId: ID, manifest: { name: 'example.com/web', labels, annotations: [], app: whole } };
}

/** An image converted from docker's form, as the conversion writes it. */
export function dockerImage(
  app: Partial<App> = {},
  entrypoint: readonly string[] = ['/entry'],
  command: readonly string[] = ['serve'],
): ResolvedImage {
  const annotations = [
    { name: 'appc.io/docker/repository', value: 'library/web' },
    ...(entrypoint.length > 0
      ? [{ name: 'appc.io/docker/entrypoint', value: JSON.stringify(entrypoint) }]
      : []),
    ...(command.length > 0 ? [{ name: 'appc.io/docker/cmd', value: JSON.stringify(command) }] : []),
  ];
  const whole = { exec: [...entrypoint, ...command], user: '0', group: '0', ...app };
  const name = 'registry-1.docker.io/library/web';
  return { imageId: ID, manifest: { name, labels: [], annotations, app: whole } };
}
