// A path that is never there; asking for it shows in a trace where the work begins.
export const marker = "/nodeward-faults-begin";
