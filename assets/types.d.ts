// What other scripts put into the window, for the checker of types alone; no page loads this file.

interface Window {
  gridwall: { catalogue?: Record<string, string>; [part: string]: unknown };
  gridwall_components: Record<string, unknown>;
  dash_clientside: Record<string, any>;
  dashAgGridComponentFunctions: Record<string, (props: any) => unknown>;
  React: any;
  Plotly?: any;
}

interface Performance {
  memory?: { usedJSHeapSize: number };
}

/** Elements are asked for by selectors that say what they are, so they come as what pages are made of. */
interface ParentNode {
  querySelector(selectors: string): any;
  querySelectorAll(selectors: string): NodeListOf<any>;
}
interface Document {
  getElementById(id: string): any;
}
interface Element {
  closest(selectors: string): any;
  dataset: DOMStringMap;
}
/** What an event is about is an element on our pages, mostly a field. */
interface EventTarget {
  closest(selectors: string): any;
  id: string;
  value: any;
}

declare const dash_clientside: { set_props(id: string, props: object): void; no_update: unknown };
declare const dash_ag_grid: { getApi(id: string): any };
declare const L: any;
