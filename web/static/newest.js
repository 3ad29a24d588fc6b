// Changes of what several people may write at once: they are made on the newest version, and nothing is overwritten unseen.

/** Send a change; whenever somebody else was faster, `renew` fetches what is there now, or throws when both do not go together. */
export async function onNewest(request, renew) {
  for (;;) {
    try {
      return await request();
    } catch (problem) {
      if (problem.code !== "changed_meanwhile") throw problem;
      await renew(problem);
    }
  }
}

/** What a value says, to be compared with what it says later. */
export const snapshot = (value) => JSON.stringify(value ?? null);
