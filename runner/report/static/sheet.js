"use strict";
// One picture on the stage: its preview, and the picture itself as soon as the preview is too small for what is shown.

const PREVIEW_PX = 960;
const PREVIEW_SERVES_TO = 1.25; // Times its own size.

/** Whether a picture may be transparent: only such previews are PNG. */
function isClear(picture) {
  return picture !== null && /^data:image\/png|\.png$/.test(picture.large ?? picture.small);
}

/** Make a sheet; what lies over the picture (a contour, a heat map) follows it. `told` hears what it is shown from. */
function makeSheet(pictures, id, alt, over = [], told = () => {}) {
  const picture = pictureOf(pictures, id);
  const image = makePicture(pictures, id, "large", alt, "no result");
  const layers = over.map(({ id: layer, kind }) => [pictureOf(pictures, layer), kind]).filter(([layer]) => layer !== null)
    .map(([layer, kind]) => make("img", { class: `layer ${kind}`, src: layer.large ?? layer.small, alt: "", draggable: "false" }));
  const element = make("div", { class: isClear(picture) ? "sheet clear" : "sheet" }, image, ...layers);
  let source = "preview";
  let enough = true;

  const tell = () => told(enough ? "preview" : source);

  function loadFull() {
    source = "loading";
    const full = new Image();
    full.src = picture.full;
    full.decode().then(() => {
      image.src = picture.full;
      source = "full";
    }, () => {
      source = "missing";
    }).finally(tell);
  }

  return {
    element,
    small: picture === null ? null : picture.small ?? picture.large,
    /** Show enough for so many screen pixels on the long side. */
    sharpen(long_px) {
      if (picture === null) return;
      enough = long_px <= Math.min(PREVIEW_PX, Math.max(picture.width_px, picture.height_px)) * PREVIEW_SERVES_TO;
      if (!enough && source === "preview") {
        if (picture.full !== null && picture.viewable) loadFull();
        else source = "missing";
      }
      tell();
    },
  };
}
