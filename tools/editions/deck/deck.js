deck => {
  // Each slide in the largest of these sizes in which it fits; pictures shrink with the text.
  const SIZES = [[28, 580], [28, 500], [28, 440], [26, 420], [24, 400], [22, 360], [20, 320], [18, 290], [18, 220]];
  const HEIGHT = 700;
  const height = slide => [...slide.children].filter(part => !part.matches("aside"))
    .reduce((sum, part) => sum + part.getBoundingClientRect().height / deck.getScale(), 0);
  const fit = () => {
    const slide = deck.getCurrentSlide();
    for (const [size, picture] of SIZES) {
      slide.style.setProperty("--size", size + "px");
      slide.style.setProperty("--picture", picture + "px");
      if (height(slide) <= HEIGHT) break;
    }
    deck.layout();
  };
  const sizes = slide => {
    const walk = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
    let least = Infinity;
    while (walk.nextNode()) {
      const holder = walk.currentNode.parentElement;
      if (!walk.currentNode.textContent.trim() || holder.closest("aside, .MathJax, .MathJax_CHTML, script, style, .anchor-link")) continue;
      least = Math.min(least, parseFloat(getComputedStyle(holder).fontSize));
    }
    return least;
  };
  deck.on("ready", fit);
  deck.on("slidechanged", fit);
  if (deck.isReady()) fit();
  // For tools/editions/measure.py: every slide with its height, width and smallest text.
  window.measured = () => deck.getSlides().map(slide => {
    const {h, v} = deck.getIndices(slide);
    deck.slide(h, v, 99);
    fit();
    return {slide: `${h}/${v}`, height: Math.round(height(slide)), width: slide.scrollWidth,
            least: sizes(slide), text: slide.textContent.trim().slice(0, 60)};
  });
}
