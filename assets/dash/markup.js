/** The one component that we give to Dash: an element with markup that it never changes (dashboard/web/markup.py). */
window.gridwall_components = {
  Markup(props) {
    return window.React.createElement(props.tag, {
      ...props.attributes,
      dangerouslySetInnerHTML: { __html: props.html },
    });
  },
};
