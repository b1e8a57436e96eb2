import { describe, it } from 'node:test';
import { assertProblems, image, imageWithApp, pod, podWithApp } from './problems.ts';

const ID = `sha512-${'ab'.repeat(64)}`;

describe('apps of a PodManifest', () => {
  it('have AC names, each once', () => {
    const app = (name: string) => `{ "name": ${name}, "image": { "name": "a" } }`;
    for (const name of ['Web', 'a_b', '-a', 'a-', 'é', 'a b'])
      assertProblems(pod(`"apps": [${app(`"«schema|${name}»"`)}]`), /^apps\[0\]\.name must be an AC name/);
    assertProblems(pod(`"apps": [${app('«schema|""»')}, ${app('"a--b"')}]`));
    assertProblems(
      pod(`"apps": [${app('"a"')}, ${app('"a0"')}, ${app('"«schema|a»"')}]`),
      /"a" again, and the names of apps must be unique/,
    );
    assertProblems(pod('"apps": [«spec|{» "image": { "name": "a" } }]'), /apps\[0\] should have "name"/);
    assertProblems(pod('"apps": [«spec|{» "image": { "name": "a" } }]'));
  });

  it('are a list of objects', () => {
    assertProblems(pod('"apps": «schema|{» "name": "a" }'), /must be a list; it is an object/);
    assertProblems(pod('"apps": ["«schema|web»"]'), /must be an object; it is a text/);
    assertProblems('«spec|{» "acVersion": "1.0.0", "acKind": "PodManifest", "apps": null }');
  });

  it('name their image by an AC identifier, labels and an ID', () => {
    const app = (image: string) => pod(`"apps": [{ "name": "a", "image": ${image} }]`);
    assertProblems(app(`{ "name": "example.com/a_b~c.d", "id": "${ID}", "labels": [] }`));
    assertProblems(app('{ "name": "«schema|Example.com»" }'), /must be an AC identifier/);
    assertProblems(app('{ "name": null, "id": «schema|null» }'), /must be "sha512-"/);
    for (const id of ['sha256-ab', 'sha512', 'sha512-', 'sha512-a-b', 'ab'])
      assertProblems(app(`{ "id": "«schema|${id}»" }`), /must be "sha512-"/);
    assertProblems(app('{ "id": "«spec|sha512-ab»" }'), /should be "sha512-"/);
    assertProblems(app('«spec|{» "labels": [] }'), /should have "id" or "name"/);
    assertProblems(app('«schema|7»'));
    assertProblems(pod('"apps": [«spec|{» "name": "a" }]'), /should have "image"/);
  });

  it('mount volumes of the pod', () => {
    const volumes = '"volumes": [{ "name": "data", "kind": "empty" }]';
    const withMounts = (mounts: string) => podWithApp(`"mounts": ${mounts} }], ${volumes}, "x": [{ "y": 1`);
    assertProblems(withMounts('[{ "volume": "data", "path": "/a" }, { "volume": "data", "path": "/b" }]'));
    assertProblems(
      withMounts('[{ "volume": "«spec|logs»", "path": "/a" }]'),
      /which has "data"; it is "logs"/,
    );
    assertProblems(
      withMounts(
        '[{ "volume": "logs", "path": "/a", "appVolume": { "name": "logs", "kind": "host", "source": "/l" } }]',
      ),
    );
    assertProblems(
      withMounts('[{ "volume": "data", "path": "/a" }, { "volume": "data", "path": "«spec|/a»" }]'),
    );
    assertProblems(withMounts('[{ "volume": "«schema|a_b»", "path": "«spec|a»" }]'), /AC name/);
    assertProblems(withMounts('[«spec|{» "volume": "data" }]'), /should have "path"/);
    assertProblems(withMounts('[«spec|{» "path": "/a" }]'), /should have "volume"/);
  });
});

describe('an app', () => {
  it('has a user and a group', () => {
    assertProblems(image('"app": «schema|{» "exec": ["/a"], "user": "0" }'), /^app must have "group"/);
    assertProblems(
      image('"app": { "exec": ["/a"], "user": «schema|""», "group": "0" }'),
      /^app must have "user"/,
    );
    assertProblems(
      image('"app": { "exec": ["/a"], "user": «schema|0», "group": "0" }'),
      /must be a text; it is a number/,
    );
    assertProblems(image('"app": null'));
  });

  it('has an executable, with an absolute path', () => {
    const app = (exec: string) => image(`"app": { ${exec} "user": "0", "group": "0" }`);
    assertProblems(app('"exec": ["/bin/web", "rel"],'));
    assertProblems(app('"exec": ["«spec|web»"],'), /absolute path of an executable/);
    assertProblems(app('"exec": "«schema|/bin/web»",'));
    assertProblems(image('"app": «spec|{» "user": "0", "group": "0" }'), /should have "exec"/);
  });

  it('works in an absolute directory', () => {
    assertProblems(imageWithApp('"workingDirectory": ""'));
    assertProblems(
      imageWithApp('"workingDirectory": "«schema|srv»"'),
      /must be an absolute path; it is "srv"/,
    );
    assertProblems(imageWithApp('"workingDirectory": "${HOME}"'));
  });

  it('has an environment of unique names', () => {
    const variables = (names: string) => imageWithApp(`"environment": [${names}]`);
    assertProblems(variables('{ "name": "A_1.b-c", "value": "" }'));
    assertProblems(variables('{ "name": "«schema|1A»", "value": "" }'), /starts with a letter or "_"/);
    assertProblems(variables('{ "name": "A", "value": "" }, { "name": "«schema|A»", "value": "" }'), /again/);
    assertProblems(variables('«schema|{» "value": "" }, «schema|null»'));
    assertProblems(variables('«spec|{» "name": "A" }'));
  });

  it('has an event handler for each event at most', () => {
    const handlers = (list: string) => imageWithApp(`"eventHandlers": [${list}]`);
    assertProblems(handlers('{ "name": "pre-start", "exec": ["/a"] }, { "name": "post-stop" }'));
    assertProblems(handlers('{ "name": "«schema|start»" }'), /must be pre-start or post-stop/);
    assertProblems(handlers('{ "name": "pre-start" }, { "name": "«schema|pre-start»" }'));
    assertProblems(handlers('«schema|{» "exec": [] }'));
  });

  it('has groups, mount points and free labels of the right types', () => {
    assertProblems(imageWithApp('"supplementaryGIDs": [1, -1, «schema|1.5», "«schema|2»", «schema|1e3»]'));
    assertProblems(
      imageWithApp(
        '"mountPoints": [{ "name": "a", "path": "/a" }, { "name": "«spec|a»", "path": "«spec|b»" }]',
      ),
    );
    assertProblems(imageWithApp('"mountPoints": [«spec|{» "name": "a", "readOnly": "«schema|yes»" }]'));
    assertProblems(
      imageWithApp('"userLabels": { "a": "b", "c": null, "d": «schema|1» }, "userAnnotations": «schema|[»]'),
      /^app\.userLabels\["d"\]/,
    );
  });
});
