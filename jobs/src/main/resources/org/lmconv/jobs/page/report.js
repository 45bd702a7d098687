// Draws the charts of the page with ECharts, in the colours that the reader's system asks for.
(() => {
  "use strict";
  const charts = JSON.parse(document.getElementById("numbers").textContent);
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const palette = () => Array.from({ length: 8 }, (_, i) => colour("c" + i));
  const round = value => value == null ? "–" : Number(value.toPrecision(5)).toLocaleString("en");

  // A bar with caps from y − error to y + error at each point.
  const errorBars = (series, x, ofColour, shift) => ({
    type: "custom", name: series.name, silent: true, clip: true, z: 3, color: ofColour, itemStyle: { color: ofColour },
    data: series.y.map((y, i) => [x(i), y - series.error[i], y + series.error[i]]).filter((_, i) => series.error[i] != null),
    encode: { x: 0, y: [1, 2], tooltip: [] },
    renderItem: (params, api) => {
      const [left, low] = api.coord([api.value(0), api.value(1)]);
      const high = api.coord([api.value(0), api.value(2)])[1];
      const at = left + shift;
      const line = (x1, y1, x2, y2) =>
        ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: ofColour, lineWidth: 1.5 } });
      return { type: "group", children: [line(at, high, at, low), line(at - 4, high, at + 4, high), line(at - 4, low, at + 4, low)] };
    },
  });

  const valueAxis = (name, more) => ({
    type: "value", name, nameLocation: "middle", scale: true,
    axisLabel: { color: colour("faint"), hideOverlap: true }, nameTextStyle: { color: colour("faint") },
    axisLine: { lineStyle: { color: colour("line") } }, splitLine: { lineStyle: { color: colour("line") } }, ...more,
  });

  const lines = chart => ({
    xAxis: valueAxis(chart.x, { nameGap: 28, scale: false, splitLine: { show: false } }),
    yAxis: valueAxis(chart.y, {
      nameGap: 46, max: chart.top ?? undefined,
      axisLabel: { color: colour("faint"), hideOverlap: true, showMaxLabel: chart.top == null },
    }),
    series: chart.series.flatMap((series, i) => {
      const few = series.x.length < 30;
      const line = {
        type: "line", name: series.name, showSymbol: few, symbolSize: 6,
        lineStyle: { width: 1.8 }, data: series.x.map((x, j) => [x, series.y[j]]),
      };
      return series.error.length ? [line, errorBars(series, j => series.x[j], palette()[i % 8], 0)] : [line];
    }),
  });

  const points = chart => ({
    xAxis: { ...valueAxis("", {}), type: "category", data: chart.categories, axisLabel: { color: colour("faint"), rotate: 40, interval: 0 } },
    yAxis: valueAxis(chart.y, { nameGap: 46 }),
    series: chart.series.flatMap((series, i) => {
      const shift = (i - (chart.series.length - 1) / 2) * 10; // beside each other, in pixels
      return [
        { type: "scatter", name: series.name, symbolSize: 9, symbolOffset: [shift, 0], data: series.y },
        errorBars(series, j => j, palette()[i % 8], shift),
      ];
    }),
  });

  // The first and the last bin end on the ground.
  const closed = series => {
    const width = series.x[1] - series.x[0];
    return [[series.x[0] - width, 0], ...series.x.map((x, i) => [x, series.y[i]]), [series.x.at(-1) + width, 0]];
  };

  const histogram = chart => ({
    xAxis: valueAxis(chart.x, { nameGap: 28, splitLine: { show: false } }),
    yAxis: valueAxis(chart.y, { nameGap: 46, scale: false }),
    series: chart.series.map(series => ({
      type: "line", name: series.name, step: "middle", showSymbol: false, areaStyle: { opacity: 0.2 },
      lineStyle: { width: 1.5 }, data: closed(series),
    })),
  });

  const stacked = chart => ({
    xAxis: valueAxis(chart.x, { nameGap: 28, scale: false }),
    yAxis: { type: "category", data: chart.categories, inverse: true, axisLabel: { color: colour("faint") },
      axisLine: { lineStyle: { color: colour("line") } } },
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" } },
    series: chart.series.map(series => ({ type: "bar", stack: "all", name: series.name, barMaxWidth: 40, data: series.y })),
  });

  const kinds = { LINES: lines, POINTS: points, HISTOGRAM: histogram, STACKED: stacked };

  // Lines that the legend takes in so many pixels: as ECharts does not say, by the lengths of the names.
  const legendLines = (chart, width) => {
    let lines = 1, used = 0;
    for (const { name } of chart.series) {
      const needs = 50 + 6.5 * name.length;
      if (used > 0 && used + needs > width) {
        lines++;
        used = 0;
      }
      used += needs;
    }
    return chart.series.length > 1 ? lines : 0;
  };

  const options = (chart, width) => {
    const own = kinds[chart.kind](chart);
    return {
      animation: false, color: palette(), backgroundColor: "transparent",
      textStyle: { fontFamily: "system-ui, sans-serif", color: colour("ink") },
      legend: { show: chart.series.length > 1, top: 0, textStyle: { color: colour("ink") }, itemGap: 12,
        data: chart.series.map(series => series.name) },
      grid: { left: 12, right: 16, top: 16 + 22 * legendLines(chart, width), bottom: 12, outerBoundsMode: "same" },
      ...own,
      tooltip: { trigger: chart.kind === "POINTS" ? "item" : "axis", confine: true, valueFormatter: round,
        backgroundColor: colour("card"), borderColor: colour("line"), textStyle: { color: colour("ink") }, ...own.tooltip },
    };
  };

  const drawn = new Map();
  const draw = () => charts.forEach(chart => {
    drawn.get(chart.id)?.dispose();
    const place = document.getElementById(chart.id);
    if (chart.kind === "STACKED") {
      place.style.height = `${7 + 3 * chart.categories.length}rem`; // a bar for each
    }
    const picture = echarts.init(place, null, { renderer: "svg" });
    picture.setOption(options(chart, place.clientWidth));
    drawn.set(chart.id, picture);
  });

  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  addEventListener("resize", draw);
})();
