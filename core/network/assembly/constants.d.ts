/** Whether the module is compiled for networks that keep each client's strongest links: 1 or 0, by its target. */
declare const KEEPS_STRONGEST: i32
/** 1 where the module knows more than slots (`joint.ts`): what depends on it is compiled for these alone. */
declare const JOINT: i32
