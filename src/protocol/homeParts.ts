/** What lies in a home, by what it is for: for those who measure it, and for the engine that removes it. All else there is not ours. */

export const homeParts = [
  { what: 'runs', is: /^(runs|compact)$/ },
  { what: 'database', is: /^sidelab\.db/ },
  { what: 'copies of the engine', is: /^engine$/ },
  { what: 'logs', is: /^logs$/ },
  { what: 'debugging', is: /^debug$/ },
  { what: 'other files', is: /^(engine\.(json|pid|lock)|token|untold)$/ },
] as const;

export type HomePart = (typeof homeParts)[number]['what'];

/** Undefined for what somebody else has put there. */
export const partOfHome = (name: string): HomePart | undefined => homeParts.find(({ is }) => is.test(name))?.what;
