/** The one component that we give to Dash ourselves: markup that it never changes (dashboard/markup.py). */
window.gridwall_components = {
  Markup: function (props) {
    'use strict';
    const element = window.React.useRef(null);
    window.React.useLayoutEffect(function () {  // as they are written in HTML, not in React's names
      for (const name in props.attributes) element.current.setAttribute(name, props.attributes[name]);
    }, []);
    return window.React.createElement(props.tag, {ref: element, dangerouslySetInnerHTML: {__html: props.html}});
  },
};
