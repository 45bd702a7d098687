# The numerical kernels of the model, in TorchScript: libtorch compiles this text when the first model of a
# process is made. Each kernel is a few operations of libtorch with no gradient recorded; what a kernel's name
# ends in says its role: "_backward" takes upstream gradients, "_" works in place.
#
# Feature maps are [N, H, W, C], contiguous: what libtorch calls channels last, in which its convolutions need no
# reordering, a pixel's features lie side by side, and a matrix product of pixels needs no copy.
# Weights are [O, C, k, k]. "adjoint" turns the kernel by half a turn and swaps its channels: with the adjoint
# of a mask that makes the gradient with respect to the input a masked convolution again.

class Kernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # ---- Pixel by pixel

  def with_ones(self, images: Tensor) -> Tensor:
    """[N, C, H, W] to [N, H, W, C + 1]."""
    x = images.permute([0, 2, 3, 1])
    return torch.cat([x, torch.ones_like(x[:, :, :, :1])], 3)

  def elu(self, x: Tensor, double: bool, scales: List[Tensor]) -> Tensor:
    """elu(x), or elu(concat(x, -x)) where double; times the scales of a dropout, if there are any."""
    if double:
      features = x.size(3)
      y = torch.empty([x.size(0), x.size(1), x.size(2), 2 * features], dtype=x.dtype, device=x.device)
      y[:, :, :, :features].copy_(x)
      torch.neg(x, out=y[:, :, :, features:])
      y.elu_()
    else:
      y = torch.elu(x)
    if len(scales) > 0:
      y.mul_(scales[0])
    return y

  def elu_backward(self, dy: Tensor, x: Tensor, y: Tensor, double: bool, scales: List[Tensor]) -> Tensor:
    """The gradient with respect to x; y is what elu made of it, from which the slope is read where nothing dropped."""
    g = dy
    result = y
    if len(scales) > 0:
      g = dy * scales[0]
      result = self.elu(x, double, annotate(List[Tensor], []))
    d = torch.elu_backward(g, 1., 1., 1., True, result.to(6))
    if double:
      d = d[:, :, :, :x.size(3)] - d[:, :, :, x.size(3):]
    return d

  def pono_(self, x: Tensor, epsilon: float) -> Tensor:
    """Leaves (x - mean) * scale in x, with scale = 1 / sqrt(unbiased variance + epsilon), which it returns."""
    x.sub_(x.mean([3], True))
    variance = (x * x).sum([3], True) / (x.size(3) - 1)
    scale = torch.rsqrt(variance + epsilon)
    x.mul_(scale)
    return scale

  def pono_backward(self, dy: Tensor, y: Tensor, scale: Tensor) -> Tensor:
    """scale * (dy - mean(dy) - y * sum(dy * y) / (C - 1))."""
    along = (dy * y).sum([3], True) / (y.size(3) - 1)
    return (dy - dy.mean([3], True)).addcmul_(y, along, value=-1.).mul_(scale)

  def split_gate(self, pq: Tensor) -> Tuple[Tensor, Tensor]:
    """The two halves of the channels, p and sigmoid(q)."""
    features = pq.size(3) // 2
    p = pq[:, :, :, :features].contiguous()
    return (p, pq[:, :, :, features:].contiguous().sigmoid_())

  def gate(self, x: Tensor, p: Tensor, gate: Tensor) -> Tensor:
    return torch.addcmul(x, p, gate)

  def gate_backward(self, dy: Tensor, p: Tensor, gate: Tensor) -> Tuple[Tensor, Tensor]:
    """Gradients with respect to p and q."""
    return (dy * gate, torch.sigmoid_backward(dy * p, gate))

  def channels(self, a: Tensor, b: Tensor) -> Tensor:
    return torch.cat([a, b], 3)

  def over_pixels(self, x: Tensor, y: Tensor) -> Tensor:
    """x / y, y of one channel."""
    return x / y

  def add_(self, x: Tensor, y: Tensor) -> bool:
    x.add_(y)
    return True

  def cast(self, x: Tensor, dtype: int) -> Tensor:
    return x.to(dtype)

  # ---- Parameters

  def weight_norm(self, v: Tensor, g: Tensor) -> Tensor:
    """g * v / |v|, one norm per output."""
    rows = v.flatten(1)
    return (rows * (g.reshape([-1, 1]) / rows.norm(2, [1], True))).reshape(v.size())

  def weight_norm_backward(self, dw: Tensor, v: Tensor, g: Tensor, dv: Tensor, dg: Tensor) -> bool:
    rows = v.flatten(1)
    gain = g.reshape([-1, 1])
    norm = rows.norm(2, [1], True)
    unit = rows / norm
    upstream = dw.flatten(1)
    along = (upstream * unit).sum([1], True)
    dg.copy_(along.reshape(g.size()))
    dv.copy_(((upstream - unit * along) * (gain / norm)).reshape(v.size()))
    return True

  def bias_backward(self, dy: Tensor, into: Tensor) -> bool:
    into.copy_(dy.flatten(0, 2).sum([0]))
    return True

  def mask_weight_(self, y: Tensor, weight: Tensor, matrix: Tensor) -> bool:
    """Adds W_m [O, k, k] times the mask [taps, pixels] to every image of y."""
    flat = torch.mm(matrix.t(), weight.flatten(1).t())
    y.add_(flat.reshape([1, y.size(1), y.size(2), y.size(3)]))
    return True

  def mask_weight_backward(self, dy: Tensor, matrix: Tensor, into: Tensor) -> bool:
    upstream = dy.sum([0]).flatten(0, 1)
    into.copy_(torch.mm(upstream.t(), matrix.t()).reshape(into.size()))
    return True

  def adam_(self, parameters: Tensor, gradient: Tensor, m: Tensor, v: Tensor, settings: List[float]) -> bool:
    """One step; settings: beta1, beta2, epsilon, step size over mean correction, root of square correction."""
    m.mul_(settings[0]).add_(gradient, alpha=1. - settings[0])
    v.mul_(settings[1]).addcmul_(gradient, gradient, value=1. - settings[1])
    denominator = v.sqrt().div_(settings[4]).add_(settings[2])
    parameters.addcdiv_(m, denominator, value=-settings[3])
    return True

  def clip_and_decay_(self, gradient: Tensor, parameters: Tensor, factor: float, decay: float) -> bool:
    if factor != 1.:
      gradient.mul_(factor)
    if decay != 0.:
      gradient.add_(parameters, alpha=decay)
    return True

  # ---- 1x1 convolutions

  def pointwise(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """weight [O, C]."""
    y = torch.mm(x.flatten(0, 2), weight.t().to(x.dtype)).to(6).add_(bias)
    return y.reshape([x.size(0), x.size(1), x.size(2), -1])

  def plus_pointwise(self, h: Tensor, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """h + pointwise(x)."""
    if x.dtype == h.dtype:
      y = torch.addmm(h.flatten(0, 2), x.flatten(0, 2), weight.t()).add_(bias)
      return y.reshape(h.size())
    return self.pointwise(x, weight, bias).add_(h)

  def pointwise_backward(self, dy: Tensor, weight: Tensor) -> Tensor:
    dx = torch.mm(dy.flatten(0, 2), weight.to(dy.dtype)).to(6)
    return dx.reshape([dy.size(0), dy.size(1), dy.size(2), -1])

  def pointwise_weight(self, dy: Tensor, x: Tensor, into: Tensor) -> bool:
    into.copy_(torch.mm(dy.flatten(0, 2).t(), x.flatten(0, 2)))
    return True

  # ---- Masked convolutions where whole lines see the same taps

  def turned(self, weight: Tensor, adjoint: bool) -> Tensor:
    if adjoint:
      return weight.transpose(0, 1).flip([2, 3])
    return weight

  def boxed(self, weight: Tensor, phase: List[int], masks: List[Tensor], i: int) -> Tensor:
    """The weights of a phase: the box of its live taps, zero where a tap of the box is not live."""
    box = weight[:, :, phase[0]:phase[0] + phase[2], phase[1]:phase[1] + phase[3]]
    if masks[i].numel() > 0:
      box = (box * masks[i]).to(weight.dtype)
    return box

  def lines(self, x: Tensor, weight: Tensor, bias: List[Tensor], adjoint: bool, rows: bool, dilation: int,
            phases: List[int], masks: List[Tensor]) -> Tensor:
    """
    A plain convolution per phase, with a stride across the lines; their lines are then put together. Of each
    phase: first row and column of its box, rows and columns of the box, strides, paddings, and which of the
    outputs are wanted, first and number, for rows and columns: 12 numbers.
    """
    w = self.turned(weight, adjoint).to(x.dtype)
    b: Optional[Tensor] = None
    if len(bias) > 0:
      b = bias[0].to(x.dtype)
    images = x.permute([0, 3, 1, 2])
    count = len(phases) // 12
    parts: List[Tensor] = []
    for i in range(count):
      p = phases[12 * i:12 * i + 12]
      box = self.boxed(w, p, masks, i)
      y = torch.conv2d(images, box, b, [p[4], p[5]], [p[6], p[7]], [dilation, dilation], 1)
      parts.append(y[:, :, p[8]:p[8] + p[10], p[9]:p[9] + p[11]].permute([0, 2, 3, 1]))
    if count == 1:
      return parts[0].contiguous().to(6)
    if rows:
      joined = torch.stack(parts, 2).flatten(1, 2)[:, :x.size(1)]
    else:
      joined = torch.stack(parts, 3).flatten(2, 3)[:, :, :x.size(2)]
    return joined.contiguous().to(6)

  def lines_weight(self, dy: Tensor, x: Tensor, into: Tensor, rows: bool, dilation: int, phases: List[int],
                   masks: List[Tensor]) -> bool:
    into.zero_()
    images = x.permute([0, 3, 1, 2])
    count = len(phases) // 12
    for i in range(count):
      p = phases[12 * i:12 * i + 12]
      box = self.boxed(into, p, masks, i)
      made_rows = (x.size(1) + 2 * p[6] - dilation * (p[2] - 1) - 1) // p[4] + 1
      made_cols = (x.size(2) + 2 * p[7] - dilation * (p[3] - 1) - 1) // p[5] + 1
      if rows:
        d = dy[:, i::count]
      else:
        d = dy[:, :, i::count]
      around = [0, 0, p[9], made_cols - p[9] - d.size(2), p[8], made_rows - p[8] - d.size(1)]
      d = torch.constant_pad_nd(d, around).contiguous().permute([0, 3, 1, 2])
      unused0, g, unused1 = torch.convolution_backward(
          d, images, box.to(x.dtype), None, [p[4], p[5]], [p[6], p[7]], [dilation, dilation], False, [0, 0], 1,
          [False, True, False])
      if masks[i].numel() > 0:
        g = g * masks[i]
      into[:, :, p[0]:p[0] + p[2], p[1]:p[1] + p[3]].add_(g)
    return True

  # ---- Masked convolutions of pixels grouped by what they see

  def groups(self, x: Tensor, weight: Tensor, bias: List[Tensor], adjoint: bool, sizes: List[int], reads: Tensor,
             taps: Tensor, places: Tensor) -> Tensor:
    """
    What the pixels of a group see is gathered, and one matrix product computes them. sizes: pixels (of all
    images) and taps of each group; reads: for each of its pixels the pixels that its taps read; taps of each
    group; places: where among the groups' outputs each pixel is.
    """
    c = x.size(3)
    by_tap = self.turned(weight, adjoint).to(x.dtype).flatten(2).permute([2, 1, 0]).contiguous()
    o = by_tap.size(2)
    pixels = x.flatten(0, 2)
    y = torch.empty([places.size(0), o], dtype=x.dtype, device=x.device)
    read = 0
    tap = 0
    row = 0
    for i in range(len(sizes) // 2):
      n = sizes[2 * i]
      t = sizes[2 * i + 1]
      out = y[row:row + n]
      if t == 0:
        out.zero_()
      else:
        seen = torch.index_select(pixels, 0, reads[read:read + n * t]).reshape([n, t * c])
        w = torch.index_select(by_tap, 0, taps[tap:tap + t]).reshape([t * c, o])
        torch.mm(seen, w, out=out)
      read += n * t
      tap += t
      row += n
    if len(bias) > 0:
      y.add_(bias[0])
    return torch.index_select(y, 0, places).reshape([x.size(0), x.size(1), x.size(2), o]).to(6)

  def groups_weight(self, dy: Tensor, x: Tensor, into: Tensor, sizes: List[int], reads: Tensor, taps: Tensor,
                    pixels: Tensor) -> bool:
    """pixels: of each group, those of all images."""
    c = x.size(3)
    o = dy.size(3)
    features = x.flatten(0, 2)
    upstream = torch.index_select(dy.flatten(0, 2), 0, pixels)
    by_tap = torch.zeros([into.size(2) * into.size(3), c, o], dtype=6, device=x.device)
    read = 0
    tap = 0
    row = 0
    for i in range(len(sizes) // 2):
      n = sizes[2 * i]
      t = sizes[2 * i + 1]
      if t > 0:
        seen = torch.index_select(features, 0, reads[read:read + n * t]).reshape([n, t * c])
        g = torch.mm(seen.t(), upstream[row:row + n]).to(6).reshape([t, c, o])
        by_tap.index_add_(0, taps[tap:tap + t], g)
      read += n * t
      tap += t
      row += n
    into.copy_(by_tap.permute([2, 1, 0]).reshape(into.size()))
    return True

  # ---- Masked convolutions tap by tap, for masks without any pattern

  def taps(self, x: Tensor, weight: Tensor, bias: List[Tensor], adjoint: bool, offsets: List[int], masks: Tensor,
           chunk: int) -> Tensor:
    """
    Each tap is a 1x1 convolution at all pixels, whose output is shifted, masked and added. offsets: index, rows
    down and columns right of each tap; masks: [taps, H, W, 1]; chunk: images that are computed at once, so that
    what has not been added yet stays in the cache.
    """
    n, h, v, c = x.size(0), x.size(1), x.size(2), x.size(3)
    t = len(offsets) // 3
    w = self.turned(weight, adjoint).to(x.dtype)
    o = w.size(0)
    by_tap = w.flatten(2).permute([1, 2, 0])
    live: List[Tensor] = []
    for i in range(t):
      live.append(by_tap[:, offsets[3 * i]])
    columns = torch.cat(live, 1)
    y = torch.zeros([n, h, v, o], dtype=6, device=x.device)
    if len(bias) > 0:
      y.add_(bias[0])
    for start in range(0, n, chunk):
      images = x[start:start + chunk]
      z = torch.mm(images.flatten(0, 2), columns).to(6).reshape([images.size(0), h, v, t, o])
      for i in range(t):
        down, right = offsets[3 * i + 1], offsets[3 * i + 2]
        r0, r1 = max(0, -down), min(h, h - down)
        c0, c1 = max(0, -right), min(v, v - right)
        if r0 < r1 and c0 < c1:
          y[start:start + chunk, r0:r1, c0:c1].addcmul_(
              z[:, r0 + down:r1 + down, c0 + right:c1 + right, i], masks[i, r0:r1, c0:c1])
    return y

  def taps_weight(self, dy: Tensor, x: Tensor, into: Tensor, offsets: List[int], masks: Tensor,
                  chunk: int) -> bool:
    n, h, v, c = x.size(0), x.size(1), x.size(2), x.size(3)
    t = len(offsets) // 3
    o = dy.size(3)
    total = torch.zeros([t * o, c], dtype=6, device=x.device)
    for start in range(0, n, chunk):
      images = x[start:start + chunk]
      z = torch.zeros([images.size(0), h, v, t, o], dtype=x.dtype, device=x.device)
      for i in range(t):
        down, right = offsets[3 * i + 1], offsets[3 * i + 2]
        r0, r1 = max(0, -down), min(h, h - down)
        c0, c1 = max(0, -right), min(v, v - right)
        if r0 < r1 and c0 < c1:
          z[:, r0 + down:r1 + down, c0 + right:c1 + right, i].copy_(
              dy[start:start + chunk, r0:r1, c0:c1] * masks[i, r0:r1, c0:c1])
      total.add_(torch.mm(z.reshape([-1, t * o]).t(), images.flatten(0, 2)))
    into.zero_()
    flat = into.flatten(2)
    for i in range(t):
      flat[:, :, offsets[3 * i]].copy_(total[i * o:(i + 1) * o])
    return True

  # ---- Steps of an order, for sampling

  def by_tap(self, weight: Tensor, taps: Tensor) -> Tensor:
    """[O, C, k, k] to [taps * C, O], the taps in the given sequence."""
    return torch.index_select(weight.flatten(2).permute([2, 1, 0]), 0, taps).flatten(0, 1).contiguous()

  def transposed(self, weight: Tensor) -> Tensor:
    return weight.t().contiguous()

  def mask_offsets(self, matrix: Tensor, weight: Tensor, pixels: Tensor) -> Tensor:
    """W_m [O, k, k] times the mask [taps, pixels], at the pixels of each step: [steps, 1, O]."""
    flat = torch.mm(matrix.t(), weight.flatten(1).t())
    return torch.index_select(flat, 0, pixels).unsqueeze(1)

  def put_rows(self, cache: Tensor, first: int, values: Tensor) -> bool:
    cache[first:first + values.size(0), :values.size(1)].copy_(values)
    return True

  def activated(self, x: Tensor, kind: int, caches: List[Tensor], cache: int, first: int) -> Tensor:
    """x, elu(x) or elu(concat(x, -x)) for kinds 0, 1, 2; kept in a cache, from a row on, unless that is -1."""
    y = x
    if cache < 0:
      if kind == 2:
        y = torch.cat([x, -x], 1)
      return torch.elu(y)
    kept = caches[cache][first:first + x.size(0)]
    if kind == 2:
      torch.cat([x, torch.neg(x)], 1, out=kept)
    else:
      kept.copy_(x)
    if kind > 0:
      kept.elu_()
    return kept

  def product(self, x: Tensor, weight: Tensor, bias: List[Tensor]) -> Tensor:
    """x times weight [C, O], plus the bias, in float32."""
    if len(bias) > 0 and weight.dtype == 6:
      return torch.addmm(bias[0], x, weight)
    y = torch.mm(x.to(weight.dtype), weight).to(6)
    if len(bias) > 0:
      y.add_(bias[0])
    return y

  def normed(self, x: Tensor, kind: int, tensors: List[Tensor], constant: int, first: int, images: int) -> Tensor:
    """
    Kind 1: positional norm, which is layer norm with another epsilon and a constant gain sqrt((C - 1) / C). Kind
    2: divided by the taps that are live at each step. Else x itself.
    """
    if kind == 1:
      c = x.size(1)
      return torch.layer_norm(x, [c], tensors[constant], None, 1e-5 * (c - 1) / c, False)
    if kind == 2:
      steps = x.size(0) // images
      return (x.reshape([steps, images, -1]) / tensors[constant][first:first + steps]).flatten(0, 1)
    return x

  def advance(self, program: List[int], tensors: List[Tensor], caches: List[Tensor], reads: List[Tensor],
              widths: List[int], lanes: Tensor, first: int, steps: int) -> Tensor:
    """
    Runs a network at some steps of an order: rows of features are [steps * images, C]. A program is a list of
    instructions of 6 numbers each, whose first is what to do; each makes one feature map, which later ones name
    by its number. What convolutions read is kept in caches, [(all steps + 1) * images, C], whose last rows are
    zero. reads: of each mask, [all steps, 1, taps], the first row of the step that a tap reads; widths: taps to
    read, of each mask; lanes: [1, images, 1], 0 to images - 1.
    """
    images = lanes.size(1)
    row = first * images
    rows = steps * images
    seen: List[Tensor] = []
    for m in range(len(reads)):
      seen.append((reads[m][first:first + steps, :, :widths[m]] + lanes).flatten())
    made: List[Tensor] = []
    for at in range(0, len(program), 6):
      op, a, b, c = program[at], program[at + 1], program[at + 2], program[at + 3]
      if op == 0:  # activation: x, kind, cache
        made.append(self.activated(made[a], b, caches, c, row))
      elif op == 1:  # convolution: cache, mask, weight, bias, mask weight
        channels = caches[a].size(1)
        around = torch.index_select(caches[a], 0, seen[b]).reshape([rows, widths[b] * channels])
        d, e = program[at + 4], program[at + 5]
        bias: List[Tensor] = []
        if d >= 0:
          bias.append(tensors[d])
        y = self.product(around, tensors[c][:widths[b] * channels], bias)
        if e >= 0:
          y = (y.reshape([steps, images, -1]) + tensors[e][first:first + steps]).flatten(0, 1)
        made.append(y)
      elif op == 2:  # norm: x, kind, constant
        made.append(self.normed(made[a], b, tensors, c, first, images))
      elif op == 3:  # 1x1 convolution: x, weight, bias, what is added
        y = self.product(made[a], tensors[b], [tensors[c]])
        d = program[at + 4]
        if d >= 0:
          y.add_(made[d])
        made.append(y)
      else:  # gate: x, p and q, kind of norm, its constant
        pq = made[b]
        half = pq.size(1) // 2
        p = self.normed(pq[:, :half], c, tensors, program[at + 4], first, images)
        made.append(torch.addcmul(made[a], p, torch.sigmoid(pq[:, half:])))
    return made[-1]
