// A process of its own that takes a lock, says so and holds it until it is killed. Arguments: directory, name.
import { Locks } from '../../../server/src/engine/store/lock.ts';
import { ownTag } from '../../../server/src/engine/store/process-tag.ts';
import { testHost } from './fixture.ts';

const [, , directory = '', name = ''] = process.argv;
const host = testHost();
await new Locks(host, directory, await ownTag(host)).acquire(name, 0);
process.stdout.write('held\n');
setInterval(() => undefined, 60_000);
