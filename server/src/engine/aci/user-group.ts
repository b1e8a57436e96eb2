/** The `user` and `group` of an appc app: names or numbers, as text. */
export interface UserAndGroup {
  readonly user: string;
  readonly group: string;
}

/**
 * Splits a docker `User` (`user[:group]`, names or numbers; OCI image-spec, config.md). Without a group docker takes the
 * user's primary group from the image's /etc/passwd, and root's where the user is not listed there.
 * @param passwd text of /etc/passwd in the image; undefined when there is none
 */
export function userAndGroup(dockerUser: string, passwd: string | undefined): UserAndGroup {
  const colon = dockerUser.indexOf(':');
  const user = (colon < 0 ? dockerUser : dockerUser.slice(0, colon)) || ROOT;
  const group = colon < 0 ? '' : dockerUser.slice(colon + 1);
  return { user, group: group || primaryGroup(user, passwd ?? '') };
}

const ROOT = '0';

/** passwd(5): `name:password:UID:GID:…`. A number is looked up as an ID only, as docker does. */
function primaryGroup(user: string, passwd: string): string {
  const column = /^[0-9]+$/.test(user) ? 2 : 0;
  for (const line of passwd.split('\n')) {
    const fields = line.split(':');
    const group = fields[3]?.trim();
    if (fields[column] === user && group !== undefined && /^[0-9]+$/.test(group)) return group;
  }
  return ROOT;
}
